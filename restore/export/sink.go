package export

import (
	"context"
	"io"

	"touchback/restore/chat"
)

// Sink writes messages in one format. Begin comes once and first, End once
// and last; between them every message in row order, over all chats or of some.
// A Sink does not close or commit what it writes to.
type Sink interface {
	Begin(chats []chat.Chat) error
	Message(m *chat.Message) error
	End() error
}

// copyBuffer is how many bytes Copy moves at a time.
const copyBuffer = 256 << 10

// Copy writes all of r to w: the payload of a backup as it is. progress, where
// set, is called with the bytes written so far. It ends early with the error
// of ctx.
func Copy(ctx context.Context, w io.Writer, r io.Reader, progress func(written int64)) (int64, error) {
	buf := make([]byte, copyBuffer)
	defer clear(buf)
	var written int64
	for {
		if err := ctx.Err(); err != nil {
			return written, err
		}
		n, err := r.Read(buf)
		if n > 0 {
			m, werr := w.Write(buf[:n])
			written += int64(m)
			if werr != nil {
				return written, werr
			}
			if progress != nil {
				progress(written)
			}
		}
		if err == io.EOF {
			return written, nil
		}
		if err != nil {
			return written, err
		}
	}
}
