package inflate

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash"
	"hash/adler32"
	"io"

	"github.com/klauspost/compress/flate"
)

// klauspost inflates in Go. It is compiled into every build, so that the
// differential test can hold igzip against it.
type klauspost struct {
	src   *bufio.Reader
	flate io.ReadCloser
	sum   hash.Hash32
	out   []byte
	err   error
}

func newKlauspost(src io.Reader) engine {
	// flate reads byte by byte what implements io.ByteReader, and not a byte
	// more than it needs: the checksum is found where it belongs.
	b := bufio.NewReaderSize(src, inSize)
	return &klauspost{src: b, flate: flate.NewReader(b), sum: adler32.New(), out: make([]byte, outSize)}
}

func (k *klauspost) next() ([]byte, error) {
	n := 0
	for n == 0 && k.err == nil {
		n, k.err = k.flate.Read(k.out)
	}
	if n > 0 {
		_, _ = k.sum.Write(k.out[:n])
		return k.out[:n], nil
	}
	var broken flate.CorruptInputError
	var internal flate.InternalError // so it calls some lengths that no code has
	switch {
	case k.err == io.EOF: //nolint:errorlint // one that is wrapped is not the end
		return nil, k.check()
	case errors.As(k.err, &broken), errors.As(k.err, &internal):
		return nil, corrupt(k.err)
	}
	return nil, k.err
}

func (k *klauspost) into(p []byte) (int, []byte, error) {
	n := 0
	for n == 0 && k.err == nil {
		n, k.err = k.flate.Read(p)
	}
	if n > 0 {
		_, _ = k.sum.Write(p[:n])
		return n, nil, nil
	}
	piece, err := k.next()
	return 0, piece, err
}

// check compares the checksum behind the stream. It returns io.EOF if it is
// right.
func (k *klauspost) check() error {
	var want [adler32.Size]byte
	if _, err := io.ReadFull(k.src, want[:]); err == io.EOF {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	if binary.BigEndian.Uint32(want[:]) != k.sum.Sum32() {
		return corrupt("checksum")
	}
	return io.EOF
}

func (k *klauspost) trailing() (bool, error) {
	_, err := k.src.Peek(1)
	if err == io.EOF {
		return false, nil
	}
	return err == nil, err
}

func (k *klauspost) close() {
	_ = k.flate.Close()
	clear(k.out)
}
