package export

import "fmt"

// Format is a way to write messages, as a word that scripts rely on.
type Format string

// The formats that have a Sink. What "db" writes is the payload itself: see
// Copy.
const (
	FormatJSONL Format = "jsonl" // a file
	FormatHTML  Format = "html"  // a folder
	FormatText  Format = "txt"   // a file for one chat, else a folder
	FormatCSV   Format = "csv"   // a file
)

// Target is an output in the making: a File or a Folder.
type Target interface {
	// Commit publishes it whole; after an error nothing of it is left.
	Commit() error
	// Abort removes it; after Commit it does nothing.
	Abort()
	// Written returns how many bytes were written.
	Written() int64
}

// Open prepares an output at path, as Create and CreateFolder do, and returns
// a Sink of that format which writes to it. oneChat says that the messages are
// of a single chat.
func Open(format Format, path string, oneChat bool, o Options) (Sink, Target, error) {
	if format == FormatHTML || format == FormatText && !oneChat {
		f, err := CreateFolder(path)
		if err != nil {
			return nil, nil, err
		}
		f.Sweeper = o.Sweeper
		if format == FormatHTML {
			return NewHTML(f, o), f, nil
		}
		return NewTextFolder(f, o), f, nil
	}
	if format != FormatJSONL && format != FormatCSV && format != FormatText {
		return nil, nil, fmt.Errorf("no such format: %q", format)
	}
	f, err := Create(path)
	if err != nil {
		return nil, nil, err
	}
	f.Sweeper = o.Sweeper
	switch format {
	case FormatText:
		return NewText(f, o), f, nil
	case FormatCSV:
		return NewCSV(f), f, nil
	}
	return NewJSONL(f), f, nil
}
