package soft

import (
	"bytes"
	"testing"
)

func TestMessagesSurviveFraming(t *testing.T) {
	for _, n := range []int{0, 1, 56, 57, 58, 115, 116, 117, 1024, maxMessage - 1, maxMessage} {
		want := message{channel: 7, command: hidCBOR, data: bytes.Repeat([]byte{0xA5}, n)}
		var a assembler
		reports := split(want)
		for i, r := range reports {
			got, complete, f := a.add(&r)
			if f != 0 || complete != (i == len(reports)-1) {
				t.Fatalf("%d bytes, report %d: complete %v, fault %d", n, i, complete, f)
			}
			if complete && (got.channel != 7 || got.command != hidCBOR || !bytes.Equal(got.data, want.data)) {
				t.Errorf("%d bytes came out as %d", n, len(got.data))
			}
		}
	}
	if got := len(split(message{data: make([]byte, maxMessage)})); got != 129 {
		t.Errorf("the longest message takes %d reports, want 129", got)
	}
}

func TestFramingFaults(t *testing.T) {
	long := split(message{1, hidCBOR, make([]byte, 200)}) // four reports
	other := split(message{2, hidCBOR, make([]byte, 200)})
	init := split(message{2, hidInit, make([]byte, 8)})
	tooLong := long[0]
	tooLong[5], tooLong[6] = (maxMessage+1)>>8, (maxMessage+1)&0xFF
	for name, row := range map[string]struct {
		reports []report
		want    []fault
		done    bool
	}{
		"in order":                    {long, []fault{0, 0, 0, 0}, true},
		"out of order":                {[]report{long[0], long[2]}, []fault{0, faultSeq}, false},
		"after a fault all is stray":  {[]report{long[0], long[2], long[1]}, []fault{0, faultSeq, 0}, false},
		"one that never began":        {long[1:], []fault{0, 0, 0}, false},
		"another channel, in between": {[]report{long[0], other[1], long[1], long[2], long[3]}, []fault{0, 0, 0, 0, 0}, true},
		"another begins, in between":  {[]report{long[0], other[0], long[1], long[2], long[3]}, []fault{0, faultBusy, 0, 0, 0}, true},
		"the same begins again":       {[]report{long[0], long[0]}, []fault{0, faultSeq}, false},
		"INIT, in between":            {[]report{long[0], init[0]}, []fault{0, 0}, true},
		"too long":                    {[]report{tooLong}, []fault{faultLength}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var a assembler
			var done bool
			for i, r := range row.reports {
				_, complete, f := a.add(&r)
				if f != row.want[i] {
					t.Errorf("report %d: fault %d, want %d", i, f, row.want[i])
				}
				done = complete
			}
			if done != row.done {
				t.Errorf("complete at the end: %v", done)
			}
		})
	}
}

// FuzzAssembler feeds reports as they come: it must not panic, and whatever
// comes out must survive framing again.
func FuzzAssembler(f *testing.F) {
	for _, m := range []message{{1, hidCBOR, make([]byte, 200)}, {broadcast, hidInit, make([]byte, 8)}} {
		var all []byte
		for _, r := range split(m) {
			all = append(all, r[:]...)
		}
		f.Add(all)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		var a assembler
		for len(stream) >= 64 {
			m, complete, _ := a.add((*report)(stream))
			stream = stream[64:]
			if !complete {
				continue
			}
			if len(m.data) > maxMessage {
				t.Fatalf("a message of %d bytes", len(m.data))
			}
			var b assembler
			reports := split(m)
			for i := range reports {
				got, complete, fault := b.add(&reports[i])
				if fault != 0 || complete != (i == len(reports)-1) ||
					complete && (got.channel != m.channel || got.command != m.command || !bytes.Equal(got.data, m.data)) {
					t.Fatalf("%+v came back as %+v", m, got)
				}
			}
		}
	})
}
