package pages

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

// constant is a default value as a record would store it.
type constant struct {
	kind uint32
	data []byte
}

// affinity is what a column makes of the values put into it
// (https://sqlite.org/datatype3.html §3.1).
type affinity uint8

const (
	anyAffinity affinity = iota
	textAffinity
	numericAffinity // INTEGER and NUMERIC do the same to a constant
	realAffinity
)

// affinityOf reads a declared type.
func affinityOf(declared string) affinity {
	has := func(part string) bool { return strings.Contains(declared, part) }
	declared = strings.ToUpper(declared)
	switch {
	case has("INT"):
		return numericAffinity
	case has("CHAR"), has("CLOB"), has("TEXT"):
		return textAffinity
	case has("BLOB"), declared == "":
		return anyAffinity
	case has("REAL"), has("FLOA"), has("DOUB"): //nolint:misspell // these are the letters that SQLite looks for
		return realAffinity
	}
	return numericAffinity
}

// parseConstant reads what follows DEFAULT. Only what stands for itself is
// read: ALTER TABLE ADD COLUMN takes nothing else, and no other column is
// ever absent from a record.
func parseConstant(t []token, aff affinity, enc encoding) constant {
	negative := false
	for len(t) > 1 && (t[0].is("(") || t[0].is("+") || t[0].is("-")) {
		negative = negative != t[0].is("-")
		t = t[1:]
	}
	if len(t) == 0 {
		return constant{}
	}
	v := t[0]
	switch v.kind {
	case numberToken:
		return numberConstant(v.text, negative, aff, enc)
	case blobToken:
		b, err := hex.DecodeString(v.text)
		if err != nil {
			return constant{}
		}
		return constant{uint32(12 + 2*len(b)), b}
	case stringToken, quotedToken:
		return textConstant(v.text, aff, enc)
	case wordToken:
		switch {
		case v.is("NULL"):
			return constant{}
		case v.is("TRUE"):
			return numberConstant("1", false, aff, enc)
		case v.is("FALSE"):
			return numberConstant("0", false, aff, enc)
		case v.is("CURRENT_TIME"), v.is("CURRENT_DATE"), v.is("CURRENT_TIMESTAMP"):
			return constant{}
		}
		return textConstant(v.text, aff, enc)
	}
	return constant{}
}

func textConstant(s string, aff affinity, enc encoding) constant {
	if aff == numericAffinity || aff == realAffinity {
		trimmed := strings.Trim(s, " \t\n\v\f\r")
		if _, err := strconv.ParseFloat(trimmed, 64); err == nil && plainNumber(trimmed) {
			return numberConstant(trimmed, false, aff, enc)
		}
	}
	b := encodeText(s, enc)
	return constant{uint32(13 + 2*len(b)), b}
}

// plainNumber keeps out what only Go takes for a number.
func plainNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789+-.eE") == ""
}

func numberConstant(s string, negative bool, aff affinity, enc encoding) constant {
	s = strings.ReplaceAll(s, "_", "")
	if negative {
		s = "-" + s
	}
	n, err := strconv.ParseInt(s, 10, 64)
	whole := err == nil
	if !whole {
		if digits, ok := strings.CutPrefix(strings.ToLower(strings.TrimPrefix(s, "-")), "0x"); ok {
			if u, err := strconv.ParseUint(digits, 16, 64); err == nil {
				n, whole = int64(u), true
				if negative {
					n = -n
				}
			}
		}
	}
	f := float64(n)
	if !whole {
		if f, err = strconv.ParseFloat(s, 64); err != nil && !math.IsInf(f, 0) {
			return constant{}
		}
		// A real that is a whole number is stored as one where the column
		// has numeric affinity.
		if aff == numericAffinity && f == math.Trunc(f) && math.Abs(f) < 1<<51 {
			n, whole = int64(f), true
		}
	}
	switch {
	case aff == textAffinity && whole:
		return textConstant(strconv.FormatInt(n, 10), aff, enc)
	case aff == textAffinity:
		return textConstant(realText(f), aff, enc)
	case whole && aff != realAffinity:
		return constant{6, binary.BigEndian.AppendUint64(nil, uint64(n))}
	}
	return constant{7, binary.BigEndian.AppendUint64(nil, math.Float64bits(f))}
}

// realText writes a real as SQLite does: 15 digits, always with a point.
func realText(f float64) string {
	s := strconv.FormatFloat(f, 'g', 15, 64)
	mantissa, exponent, found := strings.Cut(s, "e")
	if !strings.Contains(mantissa, ".") && !math.IsInf(f, 0) {
		mantissa += ".0"
	}
	if found {
		return mantissa + "e" + exponent
	}
	return mantissa
}
