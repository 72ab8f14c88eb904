package soft

import (
	"errors"
	"testing"

	"touchback/keys"
)

// A finger is told from a touch: with one that is not known no secret comes,
// and its try is spent; for a mere touch anyone's will do.
func TestFinger(t *testing.T) {
	protocols(t, func(t *testing.T, o Options) {
		o.Finger = true
		k := newKey("seed", o)
		d := k.Authenticator()
		p, err := d.Create(t.Context(), rp, "me", nil, keys.Prompts{})
		if err != nil {
			t.Fatal(err)
		}
		in := keys.PRFInputs{[]byte("one"), []byte("two")}
		if _, err := d.Evaluate(t.Context(), p, in, nil, keys.Prompts{}); err != nil {
			t.Fatal(err)
		}
		k.SetTouch(TouchWrongly())
		if err := d.AwaitTouch(t.Context()); err != nil {
			t.Errorf("a mere touch: %v", err)
		}
		for left := 2; left > 0; left-- {
			var wrong *keys.UVInvalidError
			if _, err := d.Evaluate(t.Context(), p, in, nil, keys.Prompts{}); !errors.As(err, &wrong) || wrong.Tries != left {
				t.Errorf("got %v, want %d tries left", err, left)
			}
		}
		_, err = d.Evaluate(t.Context(), p, in, nil, keys.Prompts{})
		wantErr(t, "the third wrong finger", err, keys.ErrUVBlocked)
		k.Unplug()
		if err := k.Plug(); err != nil {
			t.Fatal(err)
		}
		k.SetTouch(TouchAlways())
		_, err = New(k.seed, Options{Finger: true, State: k.State()}).Authenticator().Evaluate(t.Context(), p, in, nil, keys.Prompts{})
		wantErr(t, "the right one after that, in another process", err, keys.ErrUVBlocked)
	})
}

// Platforms that know no tokens ask for the finger with the option uv.
func TestFingerWithoutToken(t *testing.T) {
	yes := true
	k := newKey("seed", Options{Finger: true})
	ask := func(uv *bool) error {
		r := makeRequest{
			ClientDataHash: challenge("make"), RP: &rpEntity{ID: rp}, User: &userEntity{ID: []byte("me")},
			Params: []credParam{{Type: publicKey, Alg: algES256}}, Options: requestOptions{UV: uv},
		}
		_, err := k.Authenticator().client(nil).make(t.Context(), r, nil)
		return err
	}
	wantErr(t, "no finger", ask(nil), StatusPUATRequired)
	wantErr(t, "the right one", ask(&yes), nil)
	k.SetTouch(TouchWrongly())
	wantErr(t, "a wrong one", ask(&yes), StatusOperationDenied)
	if err := k.Authenticator().SetPIN(t.Context(), keys.NewSecret([]byte(pin))); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "a wrong one where there is a PIN", ask(&yes), StatusPUATRequired)
}
