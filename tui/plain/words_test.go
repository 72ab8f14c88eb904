package plain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"touchback/keys"
	"touchback/restore/export"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/restore/whatsapp"
	"touchback/tui/words"
)

// What is said of an error: one line what happened, one what to do.
func TestExplain(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{keys.ErrTimeout, "touchback: the key was not touched in time\ntouchback: try again, and touch the metal when it blinks: a short tap is enough. If it never blinked, take it out and put it in again\n"},
		{fmt.Errorf("unlocking: %w", &keys.PINInvalidError{Tries: 3}), "touchback: that PIN was not right: 3 tries are left\ntouchback: look at the keyboard before the next one: capitals, number lock, layout\n"},
		{keys.ErrPINBlocked, "touchback: the PIN of this key is blocked\ntouchback: your backup is untouched: any other method still opens it\n"},
		{&keys.MethodError{Method: keys.Method{Label: "Ana's key"}, Err: keys.ErrWrongPassword}, "touchback: that password was not right: Ana's key\ntouchback: look at the keyboard: capitals, layout. A password manager may know it\n"},
		{whatsapp.ErrWrongKey, "touchback: this key does not open this backup\ntouchback: a new key is made each time end-to-end encryption is turned on. Look for one of the time of this backup\n"},
		{fmt.Errorf("%w: a.jsonl", export.ErrExists), "touchback: the output file exists already: a.jsonl\ntouchback: it was not touched. Choose another name\n"},
		{run.ErrNoWay, "touchback: nothing was given that opens the backup\ntouchback: " + words.HintNoWay + "\n"},
		{errors.Join(errors.New("one\x1b[2J"), errors.New("two")), "touchback: one␛[2J\ntouchback: two\n"},
		{context.Canceled, "touchback: stopped\n"},
		{nil, ""},
	} {
		var b bytes.Buffer
		Explain(&b, c.err)
		if b.String() != c.want {
			t.Errorf("%v:\n%swant\n%s", c.err, b.String(), c.want)
		}
	}
}

// Every error that leads to a screen is worded, whatever it wraps.
func TestEveryTroubleIsExplained(t *testing.T) {
	for _, err := range []error{
		keys.ErrNoAuthenticator, keys.ErrNoCredential, keys.ErrPINAuthBlocked, keys.ErrPINNotSet, keys.ErrRemoved,
		keys.ErrPINChange, keys.ErrUVBlocked, keys.ErrUVInvalid, keys.ErrNoHMACSecret, keys.ErrPINBlocked, keys.ErrTimeout,
		keys.ErrBusy,
		keys.ErrDenied, keys.ErrPermission, keys.ErrNotSupported, keys.ErrMAC, whatsapp.ErrDamaged, whatsapp.ErrNotBackup,
		run.ErrSealedByWhatsApp,
	} {
		var b bytes.Buffer
		Explain(&b, err)
		got := b.String()
		title := words.Troubles[run.Explain(err).Why].Title
		if !strings.HasPrefix(got, prefix+lower(title)) || strings.Count(got, "\n") > 2 || strings.ContainsAny(strings.ReplaceAll(got, words.DoctorUdev, ""), "{}%") {
			t.Errorf("%v: %s", err, got)
		}
		for l := range strings.Lines(got) {
			if !strings.HasPrefix(l, prefix) || strings.HasSuffix(l, ".\n") {
				t.Errorf("%v: %q", err, l)
			}
		}
	}
}

func TestInspect(t *testing.T) {
	when := time.Date(2026, 5, 12, 9, 44, 0, 0, time.Local)
	i := run.Inspection{Info: whatsapp.Info{
		Path: "a.crypt15", Format: whatsapp.Crypt15, Size: 228_400_000, AppVersion: "2.26.18", DeviceModel: "Pixel 9", JIDSuffix: "67", Modified: &when,
	}}
	show := func() string {
		var b bytes.Buffer
		if err := Inspect(&b, i); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	has(t, show(), "file        a.crypt15\n", "format      crypt15, 228 MB\n", "written     12 May 2026 09:44\n", "number      ending 67\n",
		"opens with  "+words.InspectNone+"\n", words.InspectUnproved)
	i.WhatsAppPasskey = true
	has(t, show(), words.InspectWhatsApp, words.InspectWayOut)
	i.Keyring = &run.KeyringInfo{Path: "a.crypt15.keyring", Methods: []run.KeyringMethod{{ID: "x1", Kind: "passkey", Label: "Ana's key", Created: when}}}
	has(t, show(), "Ana's key (passkey, added 12 May 2026), id x1", words.InspectRing, words.InspectWhatsAppToo)
	lacks(t, show(), words.InspectWayOut)
	i.KeyringErr = errors.New("it is not valid JSON")
	has(t, show(), words.InspectBadRing+"it is not valid JSON")
}

func TestWritten(t *testing.T) {
	for _, c := range []struct {
		r    run.Result
		want string
	}{
		{run.Result{Path: "a.jsonl", Format: flow.JSONL, Bytes: 412_000_000, Messages: 1_188_209, Chats: 37, Millis: 2740}, "wrote 1,188,209 messages of 37 chats to a.jsonl (412 MB, 2.7 s)\n"},
		{run.Result{Format: flow.Database, Bytes: 900, Millis: 61_000}, "wrote the database to standard output (900 B, 1:01)\n"},
		{run.Result{Path: "x", Format: run.Payload}, "wrote what the backup holds to x (0 B, 0.0 s)\n"},
	} {
		var b bytes.Buffer
		if err := Written(&b, c.r); err != nil || b.String() != c.want {
			t.Errorf("%q, want %q (%v)", b.String(), c.want, err)
		}
	}
}

func TestProgress(t *testing.T) {
	at := now
	tell := func(rewrite bool) string {
		var b bytes.Buffer
		p := &progress{w: &b, rewrite: rewrite, now: func() time.Time { return at }}
		for i := range int64(101) {
			p.tell(i, 100)
			at = at.Add(100 * time.Millisecond)
		}
		return b.String()
	}
	lines := tell(false)
	if lines != "touchback: 50 % of 100 B\n" {
		t.Errorf("%q", lines)
	}
	line := tell(true)
	if !strings.HasSuffix(line, "99 % of 100 B"+eraseLine) || strings.Contains(line, "\n") {
		t.Errorf("%q", line)
	}
	lacks(t, lines+line, "100 %")
}
