package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"

	"touchback/fixtures"
	"touchback/keys/fido2"
	"touchback/keys/soft"
	"touchback/keys/soft/usb"
	"touchback/restore/flow"
)

// guided is a guide that is led as JSON, on a bus of software keys.
type guided struct {
	t     *testing.T
	in    io.Writer
	lines *bufio.Scanner
	said  string
}

// place is what a screen says of itself.
type place struct {
	Screen   flow.Screen
	Busy     bool
	Blinking bool
	Why      flow.Why
	Choices  []struct{ ID string }
}

// hung is the environment of a program that finds keys on a bus.
func hung(t *testing.T, hang ...*soft.Key) []string {
	t.Helper()
	if !fido2.Available() {
		t.Skip("this build has no security keys")
	}
	if _, err := exec.LookPath(usb.Tool); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(usb.Tool, " is not installed")
		}
		t.Skip(usb.Tool, " is not installed")
	}
	ctx, cancel := context.WithCancel(context.Background()) // it outlives the program
	t.Cleanup(cancel)
	bus, err := usb.Start(ctx, t.TempDir(), hang...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	})
	return append(bus.Env(), "FIDO2_TOKEN=")
}

// onBus starts the guide where keys hang on a bus.
func onBus(t *testing.T, hang []*soft.Key, args ...string) *guided {
	t.Helper()
	env := hung(t, hang...)
	cmd := program(t, args...)
	cmd.Env = append(cmd.Env, env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &guided{t: t, in: in, lines: bufio.NewScanner(out)}
}

func (g *guided) answer(line string) {
	g.t.Helper()
	if _, err := io.WriteString(g.in, line+"\n"); err != nil {
		g.t.Fatal(err)
	}
}

// until reads what the guide says until ok.
func (g *guided) until(what string, ok func(place) bool) place {
	g.t.Helper()
	for g.lines.Scan() {
		g.said += g.lines.Text() + "\n"
		var p place
		if err := json.Unmarshal(g.lines.Bytes(), &p); err != nil {
			g.t.Fatal(err)
		}
		if ok(p) {
			return p
		}
	}
	g.t.Fatalf("it ended before %s:\n%s", what, g.said)
	return place{}
}

func (g *guided) at(s flow.Screen) place {
	g.t.Helper()
	return g.until(string(s), func(p place) bool { return p.Screen == s && (!p.Busy || s == flow.Connect) })
}

func bystander(seed byte) *soft.Key {
	return soft.New([32]byte{seed}, soft.Options{State: fixtures.SampleSoftKey(soft.Options{}).State()})
}

func sees(t *testing.T, k *soft.Key, e soft.Event) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := k.Await(ctx, e); err != nil {
		now, _ := k.Watch()
		t.Fatalf("the key is %v, want %v", now, e)
	}
}

// TestKeysComeAndGo waits for the right key on a bus: others that come first
// are looked at without a touch, and the right one leads on by itself.
func TestKeysComeAndGo(t *testing.T) {
	right := fixtures.SampleSoftKey(soft.Options{})
	one, other := bystander(1), bystander(2)
	hang := []*soft.Key{one, right, other}
	for _, k := range hang {
		k.Unplug()
	}
	_, moved := one.Watch()
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	g := onBus(t, hang, "restore", "--json", dir+"/"+fixtures.SampleBackup)
	g.at(flow.Backup)
	g.answer(`{"choose":1}`)
	g.at(flow.Method)
	g.answer(`{"choose":1}`)
	g.at(flow.Connect)
	plug(t, one)
	if p := g.until("a trouble", func(p place) bool { return p.Why != "" }); p.Why != flow.WrongKey {
		t.Fatalf("trouble %q", p.Why)
	}
	plug(t, other)
	g.answer(`{"again":true}`)
	if p := g.at(flow.Choose); p.Blinking || len(p.Choices) != 2 {
		t.Errorf("%d keys to choose from, blinking: %v", len(p.Choices), p.Blinking)
	}
	<-moved // as it was plugged in
	_, moved = one.Watch()
	plug(t, right)
	g.at(flow.PIN)
	select {
	case <-moved:
		t.Error("a key that can't open it blinked")
	default:
	}
	g.answer(`{"pin":"` + fixtures.SamplePIN + `"}`)
	sees(t, right, soft.Blinking)
	right.Touch()
	g.at(flow.Save)
	if one.PINAttempts()+other.PINAttempts() != 0 || right.PINAttempts() != 1 {
		t.Errorf("PINs were sent: %d, %d, %d", one.PINAttempts(), right.PINAttempts(), other.PINAttempts())
	}
}

// TestTouchedOnABus adds the one of several keys that is touched.
func TestTouchedOnABus(t *testing.T) {
	backup, typed := bareSample(t)
	one, other := bystander(1), bystander(2)
	g := onBus(t, []*soft.Key{one, other}, "lock", "--json", backup)
	g.at(flow.Backup)
	g.answer(`{"choose":1}`)
	g.at(flow.Key)
	g.answer(`{"key":"` + typed + `"}`)
	g.at(flow.Ways)
	g.answer(`{"choose":"add-security-key"}`)
	g.at(flow.Name)
	g.answer(`{"name":"the other"}`)
	g.until("keys that blink", func(p place) bool { return p.Screen == flow.Choose && p.Blinking })
	sees(t, one, soft.Blinking)
	sees(t, other, soft.Blinking)
	other.Touch()
	g.at(flow.PIN)
	sees(t, one, soft.Idle)
	other.SetTouch(soft.TouchAlways())
	g.answer(`{"pin":"` + fixtures.SamplePIN + `"}`)
	g.at(flow.Ways)
	if one.PINAttempts() != 0 {
		t.Error("the other key was sent a PIN")
	}
}

// Of several keys none need be touched: esc leads back, and Ctrl+C out.
func TestCancelChoosing(t *testing.T) {
	backup, typed := bareSample(t)
	cmd := exec.Command("touchback", "lock", backup)
	cmd.Dir, cmd.Env = t.TempDir(), hung(t, bystander(1), bystander(2))
	term := inTerminal(t, 80, 24, cmd)
	term.toLockWays(typed)
	term.cancelled(cancel{
		way:  []hop{{"What should open this backup?", enter}, {"A name for it", enter}},
		here: "Touch the one you want", back: "What should open this backup?", exit: 130,
	})
}

func plug(t *testing.T, k *soft.Key) {
	t.Helper()
	if err := k.Plug(); err != nil {
		t.Fatal(err)
	}
}
