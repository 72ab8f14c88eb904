package plain

import (
	"slices"
	"strings"
	"testing"

	"touchback/restore/flow"
	"touchback/tui/words"
)

// What lies beside a backup is told before, and what came of it after.
func TestIncrementsAreTold(t *testing.T) {
	w := straight()
	w.backup.Increments = 3
	w.reply = func(e *engine, x flow.Effect) bool {
		save, ok := x.(flow.SaveMessages)
		if ok {
			e.report(flow.Saved{Attempt: save.Attempt, Result: flow.Result{
				Format: save.Format, Path: save.Path, Messages: 14_490, Chats: 3,
				Merged: flow.Merged{Increments: 2, Added: 412, Changed: 1, LeftOut: 1},
			}})
		}
		return ok
	}
	got, _, _ := session(t, newEngine(w), "\n\n2\nsecret\n\n\n\n")
	has(t, got, "and 3 increments: what came after it", "With 2 increments: 412 messages added, 1 changed.", "1 increment was left out: ")
	got, _, _ = session(t, newEngine(w), `{"choose":1}`+"\n"+`{"choose":1}`+"\n"+`{"choose":"pass"}`+"\n"+`{"password":"secret"}`+"\n"+`{"save":{}}`+"\n"+`{"choose":1}`+"\n", inJSON)
	has(t, got, `"increments":3`, `"merged":{"increments":2,"added":412,"changed":1,"left_out":1,"beyond":0}`)
}

// One mistyped digit is looked for when asked, and told without its value.
func TestMistypedDigit(t *testing.T) {
	w := straight()
	wrong := fails[flow.VerifyBackup](flow.Failed{Why: flow.WrongBackupKey})
	w.reply = func(e *engine, x flow.Effect) bool {
		if r, ok := x.(flow.RepairKey); ok {
			e.report(flow.KeyRepaired{Attempt: r.Attempt, Digit: 37})
			return true
		}
		return wrong(e, x)
	}
	got, _, o := session(t, newEngine(w), "\n\n3\n"+digits64+"\n2\n\n\n\n")
	has(t, got, words.MendTitle, "Digit 37, in group 10, was mistyped.")
	if o != flow.Finished || strings.Count(got, "Digit 37") != 2 {
		t.Errorf("%s\n%s", o, got)
	}
	wrong = fails[flow.VerifyBackup](flow.Failed{Why: flow.WrongBackupKey})
	got, _, _ = session(t, newEngine(w), `{"choose":1}`+"\n"+`{"choose":1}`+"\n"+`{"choose":"64-digit-key"}`+"\n"+`{"key":"`+digits64+`"}`+"\n"+`{"choose":"look-for-mistyped-digit"}`+"\n"+`{"save":{}}`+"\n"+`{"choose":1}`+"\n", inJSON)
	has(t, got, `"mistyped":{"digit":37,"group":10}`, `"outcome":"finished"`)
}

// A key without a PIN gets one, typed twice by a person and once by a program.
func TestFirstPIN(t *testing.T) {
	unset := func() world {
		w := straight()
		w.reply = fails[flow.ReadKey](flow.Failed{Why: flow.PINNotSet})
		return w
	}
	e := newEngine(unset())
	got, _, o := session(t, e, "\n\n\n1\n12\n987651\n987652\n987651\n987651\n987651\n\n\n\n")
	has(t, got, words.NewPINCare, words.PinShort, words.PlainAgain, words.NewPINDiffer, words.NewPINWork)
	if o != flow.Finished || !slices.Equal(e.secrets, []string{"987651", "987651"}) {
		t.Errorf("%s with %q", o, e.secrets)
	}
	if _, n := did[flow.SetPIN](e); n != 1 {
		t.Errorf("the PIN was set %d times", n)
	}
	noSecret(t, e, got)

	e = newEngine(unset())
	got, _, _ = session(t, e, `{"choose":1}`+"\n"+`{"choose":1}`+"\n"+`{"choose":1}`+"\n"+`{"choose":"set-pin"}`+"\n"+`{"pin":"123"}`+"\n"+`{"pin":"987651"}`+"\n"+`{"quit":true}`+"\n", inJSON)
	has(t, got, `"screen":"new pin"`, `"error":"pin_short"`)
	if s, n := did[flow.SetPIN](e); n != 1 || s.Device != "/dev/hidraw3" || !slices.Equal(e.secrets, []string{"987651"}) {
		t.Errorf("%+v, %d times, with %q", s, n, e.secrets)
	}
	noSecret(t, e, got)
}
