package whatsapp

// maxAhead is how many rows are kept that were read before the message they
// belong to.
const maxAhead = 8192

// ahead reads a table once, in the order its rows were made, beside messages
// in the order they were written. What belongs to a message mostly came soon
// after it, so that few rows have to be kept. What does not fit is not found
// here, and is looked up.
type ahead[T any] struct {
	on   *cursor // nil where the backup has no such table
	last int64   // the last row that was read
	work int     // rows read and not read since rows were forgotten
	kept map[int64]keptRow[T]
	// read makes a value of a row and tells which message it belongs to; ok
	// is false where the row is of no use.
	read func(record) (v T, message int64, ok bool, err error)
}

type keptRow[T any] struct {
	message int64
	value   T
}

// seek returns what is in that row, which belongs to message, if it is among
// the rows at hand. Messages and, within one, rows must not fall from call to
// call.
func (x *ahead[T]) seek(row, message int64) (none T, ok bool, err error) {
	if k, ok := x.kept[row]; ok {
		delete(x.kept, row)
		return k.value, true, nil
	}
	if x.on == nil {
		return none, false, nil
	}
	for x.last < row {
		x.work++
		if len(x.kept) >= maxAhead && !x.forget(message) {
			return none, false, nil
		}
		rec, ok, err := x.on.after(x.last)
		if err != nil || !ok {
			return none, false, err
		}
		x.last = rec.RowID
		// Its number must be taken now: read may go on to another row.
		at := x.last
		v, of, ok, err := x.read(rec)
		switch {
		case err != nil:
			return none, false, err
		case !ok || of < message:
		case at == row:
			return v, true, nil
		default:
			x.kept[at] = keptRow[T]{of, v}
		}
	}
	return none, false, nil
}

// forget drops what belongs to messages that were passed over, and tells
// whether there was any. It looks at all that is kept, and so only now and
// then.
func (x *ahead[T]) forget(before int64) bool {
	if x.work < maxAhead {
		return false
	}
	x.work = 0
	n := len(x.kept)
	for row, k := range x.kept {
		if k.message < before {
			delete(x.kept, row)
		}
	}
	return len(x.kept) < n
}
