package fido2

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/fxamacker/cbor/v2"

	"touchback/keys"
)

// The conversation. Each frame is one byte of kind, four of length (big
// endian), and the payload.
//
//	asks    request, as many PINs as it announces; proceed, once, after touch
//	answers touch, if the key will wait for the person; then reply, secret or
//	        failure, and the end
//
// The end of the asking stream means stop, whether it was closed on purpose or
// because the asking process died. PINs and secrets travel as they are and not
// inside CBOR, whose encoder keeps its buffers for later use.
type kind byte

const (
	kindRequest kind = 'Q'
	kindPIN     kind = 'P'
	kindProceed kind = 'G'
	kindTouch   kind = 'T'
	kindReply   kind = 'R'
	kindSecret  kind = 'S'
	kindFailure kind = 'E'
)

// maxFrame bounds what either side reads into memory. The largest honest frame
// is a list of 64 devices.
const maxFrame = 64 << 10

const headerLen = 5

type operation uint8

const (
	opList operation = iota + 1
	opInfo
	opCreate
	opEvaluate
	opKnows
	opSetPIN
	opAwaitTouch
)

func (o operation) String() string {
	names := [...]string{opList: "list", opInfo: "info", opCreate: "create", opEvaluate: "evaluate", opKnows: "knows", opSetPIN: "set PIN", opAwaitTouch: "await touch"}
	if int(o) >= len(names) || names[o] == "" {
		return fmt.Sprintf("operation %d", uint8(o))
	}
	return names[o]
}

// request is what one helper is started for.
type request struct {
	Op           operation `cbor:"1,keyasint"`
	Path         string    `cbor:"2,keyasint,omitempty"`
	RPID         string    `cbor:"3,keyasint,omitempty"`
	UserName     string    `cbor:"4,keyasint,omitempty"`
	CredentialID []byte    `cbor:"5,keyasint,omitempty"`
	Salts        []byte    `cbor:"6,keyasint,omitempty"` // 64 bytes: two hmac-secret salts
	PINs         int       `cbor:"7,keyasint,omitempty"` // frames of kindPIN that follow
}

// maxPINs is what changing a PIN takes: the old one, then the new one.
const maxPINs = 2

// reply is what came of it; which field is set depends on the operation.
type reply struct {
	Devices      []keys.DeviceInfo      `cbor:"1,keyasint,omitempty"`
	Info         keys.AuthenticatorInfo `cbor:"2,keyasint,omitempty"`
	CredentialID []byte                 `cbor:"3,keyasint,omitempty"`
	Known        bool                   `cbor:"4,keyasint,omitempty"`

	secret []byte // opEvaluate: travels in a frame of its own
}

type frame struct {
	kind    kind
	payload []byte
}

var errFrame = errors.New("malformed frame")

func writeFrame(w io.Writer, k kind, payload []byte) error {
	if len(payload) > maxFrame {
		return fmt.Errorf("%w: %d bytes", errFrame, len(payload))
	}
	head := [headerLen]byte{byte(k)}
	binary.BigEndian.PutUint32(head[1:], uint32(len(payload)))
	if _, err := w.Write(head[:]); err != nil {
		return err
	}
	if len(payload) == 0 {
		return nil
	}
	_, err := w.Write(payload)
	return err
}

// readFrame returns io.EOF only between two frames.
func readFrame(r io.Reader) (frame, error) {
	var head [headerLen]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxFrame {
		return frame{}, fmt.Errorf("%w: %d bytes announced", errFrame, n)
	}
	payload := make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil {
		clear(payload) // half a PIN is still a secret
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return frame{}, err
	}
	return frame{kind(head[0]), payload}, nil
}

func writeCBOR(w io.Writer, k kind, v any) error {
	b, err := cbor.Marshal(v)
	if err != nil {
		return err
	}
	return writeFrame(w, k, b)
}

// readRequest reads a request and the PINs that belong to it.
func readRequest(r io.Reader) (req request, pins [][]byte, err error) {
	f, err := readFrame(r)
	if err != nil {
		return request{}, nil, err
	}
	if f.kind != kindRequest {
		return request{}, nil, fmt.Errorf("%w: %q for a request", errFrame, f.kind)
	}
	if err := cbor.Unmarshal(f.payload, &req); err != nil {
		return request{}, nil, fmt.Errorf("%w: %w", errFrame, err)
	}
	if req.PINs < 0 || req.PINs > maxPINs {
		return request{}, nil, fmt.Errorf("%w: %d PINs", errFrame, req.PINs)
	}
	for range req.PINs {
		f, err := readFrame(r)
		if err == nil && f.kind != kindPIN {
			clear(f.payload)
			err = fmt.Errorf("%w: %q for a PIN", errFrame, f.kind)
		}
		if err != nil {
			wipe(pins)
			return request{}, nil, err
		}
		pins = append(pins, f.payload)
	}
	return req, pins, nil
}

func wipe(secrets [][]byte) {
	for _, s := range secrets {
		clear(s)
	}
}
