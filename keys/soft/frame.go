package soft

import "encoding/binary"

// report is one HID report of CTAPHID (CTAP 2.1 §11.2.4), without the report
// number that the host puts before it. The first of a message is
// channel (4) ‖ 0x80|command ‖ length (2) ‖ data, each further one
// channel (4) ‖ sequence number ‖ data.
type report [64]byte

const (
	initHeader = 7
	contHeader = 5
	broadcast  = 0xFFFFFFFF // the channel on which channels are asked for
)

// hidCommand is a CTAPHID command (§11.2.9).
type hidCommand byte

const (
	hidPing      hidCommand = 0x01
	hidInit      hidCommand = 0x06
	hidWink      hidCommand = 0x08
	hidCBOR      hidCommand = 0x10
	hidCancel    hidCommand = 0x11
	hidKeepalive hidCommand = 0x3B
	hidError     hidCommand = 0x3F
)

// fault is what CTAPHID_ERROR carries (§11.2.9.1.6); 0 is none.
type fault byte

const (
	faultCommand fault = 0x01
	faultLength  fault = 0x03
	faultSeq     fault = 0x04
	faultBusy    fault = 0x06
	faultChannel fault = 0x0B
)

// message is what the reports of one transaction add up to.
type message struct {
	channel uint32
	command hidCommand
	data    []byte
}

func (r *report) channel() uint32 { return binary.BigEndian.Uint32(r[:4]) }

// begins tells a first report from a further one.
func (r *report) begins() bool { return r[4]&0x80 != 0 }

func (r *report) command() hidCommand { return hidCommand(r[4] & 0x7F) }

// split is the inverse of assembler. Data beyond maxMessage is a mistake of the
// caller and is cut off.
func split(m message) []report {
	data := m.data[:min(len(m.data), maxMessage)]
	var first report
	binary.BigEndian.PutUint32(first[:], m.channel)
	first[4] = 0x80 | byte(m.command)
	binary.BigEndian.PutUint16(first[5:], uint16(len(data)))
	data = data[copy(first[initHeader:], data):]
	reports := []report{first}
	for seq := byte(0); len(data) > 0; seq++ {
		var r report
		copy(r[:4], first[:4])
		r[4] = seq
		data = data[copy(r[contHeader:], data):]
		reports = append(reports, r)
	}
	return reports
}

// assembler joins reports to messages, one at a time, as §11.2.5 wants it of a
// device.
type assembler struct {
	open bool // a message has begun and lacks reports
	msg  message
	want int // bytes in all
	seq  byte
}

// add takes one report. It returns a message once it is complete, or the fault
// to answer on the channel of r.
func (a *assembler) add(r *report) (message, bool, fault) {
	if r.begins() {
		return a.begin(r)
	}
	switch {
	case !a.open || r.channel() != a.msg.channel:
		return message{}, false, 0 // stray; §11.2.5.4 has it ignored
	case r[4] != a.seq:
		a.open = false
		return message{}, false, faultSeq
	}
	a.seq++
	return a.take(r[contHeader:])
}

func (a *assembler) begin(r *report) (message, bool, fault) {
	want := int(binary.BigEndian.Uint16(r[5:7]))
	switch {
	case a.open && r.command() == hidInit:
		// INIT is how a host gets out of a message that went wrong.
	case a.open && r.channel() != a.msg.channel:
		return message{}, false, faultBusy
	case a.open:
		a.open = false
		return message{}, false, faultSeq
	}
	if want > maxMessage {
		a.open = false
		return message{}, false, faultLength
	}
	*a = assembler{open: true, want: want,
		msg: message{channel: r.channel(), command: r.command(), data: make([]byte, 0, want)}}
	return a.take(r[initHeader:])
}

func (a *assembler) take(b []byte) (message, bool, fault) {
	rest := a.want - len(a.msg.data)
	a.msg.data = append(a.msg.data, b[:min(rest, len(b))]...)
	if len(a.msg.data) < a.want {
		return message{}, false, 0
	}
	a.open = false
	return a.msg, true, 0
}
