package whatsapp

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// zipEnd is the length of the record that a ZIP ends in
	// (APPNOTE.TXT §4.3.16), without a comment.
	zipEnd = 22
	// maxZipDirectory is how long the directory of a ZIP may be, in bytes:
	// what it costs in memory is some ten times that. An increment has one
	// of a few kilobytes.
	maxZipDirectory = 1 << 20
)

// openZIP opens a ZIP whose directory lies right before its end, as any that
// was written in one go has it, and is small. What the end says of the
// directory is all that bounds what the standard library reads of it.
func openZIP(src io.ReaderAt, size int64) (*zip.Reader, error) {
	var end [zipEnd]byte
	if size < zipEnd {
		return nil, fmt.Errorf("%w: a ZIP of %d bytes", ErrNotIncrement, size)
	}
	if _, err := src.ReadAt(end[:], size-zipEnd); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(end[12:]))
	offset := int64(binary.LittleEndian.Uint32(end[16:]))
	switch {
	case string(end[:4]) != "PK\x05\x06", offset+length != size-zipEnd:
		return nil, fmt.Errorf("%w: the ZIP does not end as one does", ErrNotIncrement)
	case length > maxZipDirectory:
		return nil, fmt.Errorf("%w: the directory of the ZIP, %d bytes", ErrTooLarge, length)
	}
	r, err := zip.NewReader(src, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names never become paths
		return nil, zipError(err)
	}
	return r, nil
}

// zipError makes ErrNotIncrement of what is wrong with a ZIP; what its source
// says stays what it is.
func zipError(err error) error {
	for _, broken := range []error{zip.ErrFormat, zip.ErrAlgorithm, zip.ErrChecksum, io.ErrUnexpectedEOF} {
		if errors.Is(err, broken) {
			return fmt.Errorf("%w: %w", ErrNotIncrement, err)
		}
	}
	return err
}

// findMember returns the one member of that name.
func findMember(r *zip.Reader, name string) (*zip.File, error) {
	var found *zip.File
	for _, f := range r.File {
		if f.Name == name {
			if found != nil {
				return nil, fmt.Errorf("%w: %s is there twice", ErrNotIncrement, name)
			}
			found = f
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%w: no %s", ErrNotIncrement, name)
	}
	return found, nil
}

// readMember reads a small member.
func readMember(r *zip.Reader, name string, limit int64) ([]byte, error) {
	f, err := findMember(r, name)
	if err != nil {
		return nil, err
	}
	m, err := f.Open()
	if err != nil {
		return nil, zipError(err)
	}
	defer func() { _ = m.Close() }()
	b, err := io.ReadAll(io.LimitReader(m, limit+1))
	if err != nil {
		return nil, memberError(err)
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%w: %s", ErrTooLarge, name)
	}
	return b, nil
}
