package flow

import (
	"slices"
	"testing"
)

// typed is a place after the 64 digits were typed.
func typed(screen Screen) State {
	s := at(screen)
	s.Method, s.Backup.Format = 2, mendable
	return s
}

// wipes reports whether the key is let go of.
func wipes(effects []Effect) bool { return slices.Contains(effects, Effect(Forget{})) }

// The key that was typed is kept for as long as a digit of it may be looked
// for, and not a step longer.
func TestMend(t *testing.T) {
	wrong := func(s State, detail string) (State, []Effect) {
		return Step(s, Failed{Attempt: s.Attempt, Why: WrongBackupKey, Detail: detail})
	}
	offered, effects := wrong(typed(Verify), "")
	if !offered.Mend || !slices.Contains(offered.Options(), Option{Act: MendKey}) || wipes(effects) {
		t.Fatalf("%+v, %v", offered.Options(), effects)
	}
	for i, o := range offered.Options() {
		s := offered
		s.Choice = i
		if s, effects = Step(s, Enter{}); wipes(effects) == s.Mend {
			t.Errorf("%s: %v while mending is %v", o.Act, effects, s.Mend)
		}
	}
	for _, e := range []Event{Back{}, Again{}, OtherWay{}, Interrupt{}, Quit{}} {
		if s, effects := Step(offered, e); s.Mend || !wipes(effects) {
			t.Errorf("%T: %v", e, effects)
		}
	}

	offered.Choice = slices.Index(offered.Options(), Option{Act: MendKey})
	mending, effects := Step(offered, Enter{})
	if !slices.Equal(effects, []Effect{RepairKey{mending.Attempt}}) || mending.Screen != Verify {
		t.Fatalf("%v at %s", effects, mending.Screen)
	}
	mended, effects := Step(mending, KeyRepaired{mending.Attempt, 37})
	if mended.Digit != 37 || mended.Mend || !slices.Equal(effects, []Effect{VerifyBackup{mended.Attempt}}) {
		t.Errorf("%+v, %v", mended.Digit, effects)
	}
	if s, _ := mended.use(0); s.Digit != 0 {
		t.Error("a digit of a key that is not used any more is told of")
	}
	for name, s := range map[string]State{
		"looked for in vain": mending, "put right": mended,
		"another format": func() State { s := typed(Verify); s.Backup.Format = "crypt14"; return s }(),
		"a passkey":      func() State { s := typed(Verify); s.Method = 0; return s }(),
	} {
		if s, effects := wrong(s, ""); s.Mend || !wipes(effects) {
			t.Errorf("%s: it is offered, with %v", name, effects)
		}
	}
}
