package fido2

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
)

func TestFrames(t *testing.T) {
	var b bytes.Buffer
	for _, n := range []int{0, 1, 64, maxFrame} {
		want := frame{kindSecret, bytes.Repeat([]byte{7}, n)}
		if err := writeFrame(&b, want.kind, want.payload); err != nil {
			t.Fatal(err)
		}
		got, err := readFrame(&b)
		if err != nil || got.kind != want.kind || !bytes.Equal(got.payload, want.payload) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if err := writeFrame(&b, kindSecret, make([]byte, maxFrame+1)); !errors.Is(err, errFrame) {
		t.Errorf("too long to write: %v", err)
	}
	for in, want := range map[string]error{
		"":                          io.EOF,
		"R\x00\x00":                 io.ErrUnexpectedEOF,
		"R\x00\x00\x00\x02x":        io.ErrUnexpectedEOF,
		"R\x00\x00\x00\x01":         io.ErrUnexpectedEOF,
		"R\x00\x01\x00\x01":         errFrame,
		"R\xff\xff\xff\xffaaaaaaaa": errFrame,
	} {
		if _, err := readFrame(bytes.NewReader([]byte(in))); !errors.Is(err, want) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func FuzzReadRequest(f *testing.F) {
	var b bytes.Buffer
	_ = writeCBOR(&b, kindRequest, request{Op: opEvaluate, Path: "/p", RPID: "localhost", CredentialID: []byte{1}, Salts: make([]byte, 64), PINs: 1})
	_ = writeFrame(&b, kindPIN, []byte("1234"))
	f.Add(b.Bytes())
	f.Add([]byte("Q\x00\x00\x00\x01\xa0"))
	f.Fuzz(func(t *testing.T, in []byte) {
		req, pins, err := readRequest(bytes.NewReader(in))
		if err != nil {
			if pins != nil {
				t.Error("PINs with an error")
			}
			return
		}
		if len(pins) != req.PINs {
			t.Errorf("%d PINs of %d", len(pins), req.PINs)
		}
		// What was understood can be said again and means the same.
		var b bytes.Buffer
		if err := writeCBOR(&b, kindRequest, req); err != nil {
			t.Fatal(err)
		}
		for _, p := range pins {
			if err := writeFrame(&b, kindPIN, p); err != nil {
				t.Fatal(err)
			}
		}
		req2, pins2, err := readRequest(&b)
		if err != nil || len(pins2) != len(pins) || !sameRequest(req, req2) {
			t.Errorf("%+v became %+v (%v)", req, req2, err)
		}
	})
}

func sameRequest(a, b request) bool {
	same := bytes.Equal(a.CredentialID, b.CredentialID) && bytes.Equal(a.Salts, b.Salts)
	a.CredentialID, b.CredentialID, a.Salts, b.Salts = nil, nil, nil, nil
	return same && reflect.DeepEqual(a, b)
}

func FuzzReadAnswer(f *testing.F) {
	for _, k := range []kind{kindReply, kindSecret, kindFailure} {
		f.Add(byte(k), []byte("\xa1\x01\x80"))
	}
	f.Fuzz(func(t *testing.T, k byte, payload []byte) {
		h := helper{op: opInfo}
		rep, err := h.read(frame{kind(k), payload})
		if kind(k) == kindFailure && err == nil {
			t.Error("a failure was taken for success")
		}
		if err != nil && !reflect.DeepEqual(rep, reply{}) {
			t.Error("an answer with an error")
		}
	})
}
