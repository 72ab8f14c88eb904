package whatsapp

import (
	"bufio"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"touchback/restore/whatsapp/wire"
)

const (
	// maxIncrementBytes bounds messages.bin, which may inflate a thousandfold.
	maxIncrementBytes = 4 << 30
	// maxIncrementMessage is how large one message may be: it is the largest
	// thing that is in memory at once. Most of a real one is its thumbnail.
	maxIncrementMessage = 4 << 20
	// maxIncrementDepth is how deep a message may nest: a reply holds the
	// message that it replies to, and that one may be a reply.
	maxIncrementDepth = 60
)

// errWire says that bytes are no protobuf of the shape that is read.
var errWire = errors.New("not a message that can be read")

// wireReader reads protobuf fields from a stream. Messages within messages are
// stepped into and not read whole: a frame may be as long as it likes.
type wireReader struct {
	r   *bufio.Reader
	pos int64
}

func (w *wireReader) ReadByte() (byte, error) {
	b, err := w.r.ReadByte()
	if err == nil {
		w.pos++
	}
	return b, err
}

// varint reads a varint that ends before end.
func (w *wireReader) varint(end int64) (uint64, error) {
	var v uint64
	for i := range 10 {
		if w.pos >= end {
			return 0, errWire
		}
		b, err := w.ReadByte()
		if err != nil {
			return 0, err
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, errWire
}

// length reads the length of a field and returns where the field ends.
func (w *wireReader) length(end int64) (int64, error) {
	n, err := w.varint(end)
	if err != nil {
		return 0, err
	}
	if n > uint64(end-w.pos) {
		return 0, errWire
	}
	return w.pos + int64(n), nil
}

// to skips to a place ahead.
func (w *wireReader) to(pos int64) error {
	for w.pos < pos {
		n, err := w.r.Discard(int(min(pos-w.pos, 1<<20)))
		w.pos += int64(n)
		if err != nil {
			return err
		}
	}
	return nil
}

// fields steps through a message that ends at end. It calls f for each field
// that has a length, which f may step into; all others are left out.
func (w *wireReader) fields(end int64, f func(num protowire.Number, end int64) error) error {
	for w.pos < end {
		tag, err := w.varint(end)
		if err != nil {
			return err
		}
		num, typ := protowire.DecodeTag(tag)
		next := w.pos
		switch typ {
		case protowire.VarintType:
			if _, err := w.varint(end); err != nil {
				return err
			}
			continue
		case protowire.Fixed32Type:
			next += 4
		case protowire.Fixed64Type:
			next += 8
		case protowire.BytesType:
			if next, err = w.length(end); err != nil {
				return err
			}
			if err := f(num, next); err != nil {
				return err
			}
		default:
			return errWire // groups are not used
		}
		if num < 1 || next > end {
			return errWire
		}
		if err := w.to(next); err != nil {
			return err
		}
	}
	return nil
}

// bytes reads what lies before end, nil where that is more than limit.
func (w *wireReader) bytes(end, limit int64) ([]byte, error) {
	if end-w.pos > limit {
		return nil, w.to(end)
	}
	b := make([]byte, end-w.pos)
	n, err := io.ReadFull(w.r, b)
	w.pos += int64(n)
	return b, err
}

// each reads messages.bin.
func (i *Increment) each(ctx context.Context, to *receiver) error {
	m, err := i.messages.Open()
	if err != nil {
		return zipError(err)
	}
	defer func() { _ = m.Close() }()
	return readHistory(ctx, m, to)
}

// readHistory reads HistorySync messages, each after its length. What is wrong
// within a frame costs the rest of the frame, what is wrong within a message
// the message.
func readHistory(ctx context.Context, r io.Reader, to *receiver) error {
	w := &wireReader{r: bufio.NewReaderSize(r, 64<<10)}
	for {
		if _, err := w.r.Peek(1); errors.Is(err, io.EOF) {
			return nil
		}
		end, err := w.length(maxIncrementBytes)
		if err == nil {
			err = w.fields(end, func(num protowire.Number, end int64) error {
				const conversations = 2
				if num != conversations {
					return nil
				}
				return w.conversation(ctx, end, to)
			})
			if errors.Is(err, errWire) {
				to.skipped++
				err = w.to(end)
			}
		}
		stop := (*stopped)(nil)
		switch {
		case err == nil:
		case errors.As(err, &stop):
			return stop.err
		case errors.Is(err, errWire), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			to.skipped++
			return nil // no frame can be found after this one
		default:
			return memberError(err)
		}
	}
}

// conversation reads the changes of one chat.
func (w *wireReader) conversation(ctx context.Context, end int64, to *receiver) error {
	const id, messages, name = 1, 2, 13
	jid := ""
	return w.fields(end, func(num protowire.Number, end int64) error {
		switch num {
		case id, name:
			b, err := w.bytes(end, maxName)
			if num == id {
				jid = string(b)
			} else if err == nil {
				to.named(jid, string(b)) // after the messages
			}
			return err
		case messages:
			if err := ctx.Err(); err != nil {
				return err
			}
			b, err := w.bytes(end, maxIncrementMessage)
			if err != nil {
				return err
			}
			to.raw, to.jid = b, jid
			change, ok := readChange(b, jid)
			if !ok {
				to.skipped++
				return nil
			}
			if err := to.change(change); err != nil {
				return &stopped{err}
			}
		}
		return nil
	})
}

// readChange reads one HistorySyncMsg.
func readChange(b []byte, jid string) (Change, bool) {
	var m wire.HistorySyncMsg
	options := proto.UnmarshalOptions{RecursionLimit: maxIncrementDepth}
	if b == nil || options.Unmarshal(b, &m) != nil {
		return Change{}, false
	}
	return changeOf(m.GetMessage(), jid)
}

// receiver is who messages.bin is read for.
type receiver struct {
	change  func(Change) error
	named   func(jid, name string)
	skipped int64

	// What the change is read from, for the time of the call.
	raw []byte
	jid string // of the conversation that it stands in
}

// stopped is an error of the receiver, which is none of the stream.
type stopped struct{ err error }

func (s *stopped) Error() string { return s.err.Error() }

// memberError tells a member that can't be inflated from a source that fails.
func memberError(err error) error {
	broken, internal := flate.CorruptInputError(0), flate.InternalError("")
	if errors.As(err, &broken) || errors.As(err, &internal) {
		return fmt.Errorf("%w: %w", ErrNotIncrement, err)
	}
	return zipError(err)
}
