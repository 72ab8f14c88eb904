//go:build isal && cgo

package inflate

/*
#cgo pkg-config: libisal
#cgo noescape inflate_some
#cgo nocallback inflate_some
#include <stdlib.h>
#include <isa-l/igzip_lib.h>

typedef struct {
	int ret;        // ISAL_DECOMP_OK or an error, in which case the rest is void
	uint32_t taken; // bytes of in
	uint32_t made;  // bytes of out
	int end;        // the stream has ended and its checksum is right
	int more;       // at the end: something follows the stream
} inflated;

static struct inflate_state *inflate_new(void) {
	struct inflate_state *s = calloc(1, sizeof *s);
	if (s != NULL) {
		isal_inflate_init(s);
		s->crc_flag = ISAL_ZLIB_NO_HDR_VER;
	}
	return s;
}

// inflate_some forgets in and out before it returns: they are Go's, and may be
// kept no longer than a call.
//
// At the end of the stream, ISA-L up to 2.32.0 keeps up to seven bytes that
// follow it in read_in. Later versions give them back, also those that came
// with an earlier call, so that avail_in may grow beyond in_len.
static inflated inflate_some(struct inflate_state *s, uint8_t *in, uint32_t in_len, uint8_t *out, uint32_t out_len) {
	inflated done = {0};
	s->next_in = in;
	s->avail_in = in_len;
	s->next_out = out;
	s->avail_out = out_len;
	done.ret = isal_inflate(s);
	if (done.ret == ISAL_DECOMP_OK) {
		done.taken = s->avail_in < in_len ? in_len - s->avail_in : 0;
		done.made = out_len - s->avail_out;
		done.end = s->block_state == ISAL_BLOCK_FINISH;
		done.more = s->avail_in > 0 || s->read_in_length >= 8;
	}
	s->next_in = NULL;
	s->avail_in = 0;
	s->next_out = NULL;
	s->avail_out = 0;
	return done;
}
*/
import "C"

import (
	"fmt"
	"io"
	"runtime"
	"unsafe"
)

// slack lies in front of the output. When ISA-L meets a reference to before
// the start of the data, it takes the output for up to 274 bytes longer than
// it is (OUT_BUFFER_SLOP in igzip_decode_block_stateless.asm), and then keeps
// its last 32 KiB, which may begin that much too early.
const slack = 1 << 10

// igzip inflates with ISA-L. Its state lies in C memory; the buffers are Go's
// and lent for the length of a call.
type igzip struct {
	src     io.Reader
	chunked Chunked // src, if it is
	lent    []byte  // its last chunk
	srcErr  error
	buf     []byte // nil where src is chunked
	in      []byte // what was read and has not been taken
	out     []byte
	state   *C.struct_inflate_state
	cleanup runtime.Cleanup
	warm    int // bytes that were made, up to warmUp
	end     bool
	more    bool
}

// warmUp is how much is made before ISA-L may write to memory that has no
// slack in front: from 32 KiB on, no reference reaches the start of the data.
const warmUp = 64 << 10

func newIgzip(src io.Reader) engine {
	z := &igzip{
		src:   src,
		out:   make([]byte, slack+outSize)[slack:],
		state: C.inflate_new(),
	}
	if z.state == nil {
		panic("inflate: out of memory") // as any Go allocation would
	}
	if z.chunked, _ = src.(Chunked); z.chunked == nil {
		z.buf = make([]byte, inSize)
	}
	// Close is the way; this is for whoever forgets it.
	z.cleanup = runtime.AddCleanup(z, free, z.state)
	return z
}

func (z *igzip) next() ([]byte, error) {
	n, err := z.inflate(z.out)
	return z.out[:n], err
}

func (z *igzip) into(p []byte) (int, []byte, error) {
	if z.warm < warmUp {
		piece, err := z.next()
		return 0, piece, err
	}
	n, err := z.inflate(p)
	return n, nil, err
}

// inflate makes at least a byte of out, or fails.
func (z *igzip) inflate(out []byte) (int, error) {
	out = out[:min(len(out), 1<<30)] // ISA-L counts in 32 bits
	for !z.end {
		done := C.inflate_some(z.state, pointer(z.in), C.uint32_t(len(z.in)), pointer(out), C.uint32_t(len(out)))
		runtime.KeepAlive(z)
		if done.ret != C.ISAL_DECOMP_OK {
			return 0, corrupt(reason(done.ret))
		}
		z.in = z.in[done.taken:]
		z.end, z.more = done.end != 0, done.more != 0
		if done.made > 0 {
			z.warm = min(z.warm+int(done.made), warmUp)
			return int(done.made), nil
		}
		if z.end {
			break
		}
		if len(z.in) > 0 {
			return 0, corrupt("no progress")
		}
		if err := z.fill(); err == io.EOF { //nolint:errorlint // one that is wrapped is not the end
			return 0, io.ErrUnexpectedEOF
		} else if err != nil {
			return 0, err
		}
	}
	return 0, io.EOF
}

// fill reads more input once all that was there has been taken.
func (z *igzip) fill() error {
	const patience = 100 // as bufio has
	if z.chunked != nil && z.srcErr == nil {
		z.lent, z.srcErr = z.chunked.Chunk()
		z.in = z.lent
		return z.srcErr
	}
	for range patience {
		if z.srcErr != nil {
			return z.srcErr
		}
		var n int
		if n, z.srcErr = z.src.Read(z.buf); n > 0 {
			z.in = z.buf[:n]
			return nil
		}
	}
	return io.ErrNoProgress
}

func (z *igzip) trailing() (bool, error) {
	if z.more {
		return true, nil
	}
	err := z.fill()
	if err == io.EOF { //nolint:errorlint // as above
		return false, nil
	}
	z.more = err == nil
	return z.more, err
}

func (z *igzip) close() {
	z.cleanup.Stop()
	free(z.state)
	clear(z.out)
	clear(z.lent)
	z.state, z.in, z.lent = nil, nil, nil
}

// free wipes the state, which holds up to 64 KiB of plaintext, and frees it.
func free(s *C.struct_inflate_state) {
	clear(unsafe.Slice((*byte)(unsafe.Pointer(s)), C.sizeof_struct_inflate_state))
	C.free(unsafe.Pointer(s))
}

func pointer(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.SliceData(b)) }

// reason words the errors of igzip_lib.h.
func reason(ret C.int) string {
	switch ret {
	case C.ISAL_INVALID_BLOCK:
		return "invalid block"
	case C.ISAL_INVALID_SYMBOL:
		return "invalid symbol"
	case C.ISAL_INVALID_LOOKBACK:
		return "reference to before the start"
	case C.ISAL_INCORRECT_CHECKSUM:
		return "checksum"
	}
	return fmt.Sprintf("igzip error %d", int(ret))
}
