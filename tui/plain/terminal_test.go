//go:build unix

package plain

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/tui/words"
)

// console is a terminal with somebody before it.
type console struct {
	t    *testing.T
	tty  *os.File
	self *os.File // the other end

	mu   sync.Mutex
	seen strings.Builder
	more chan struct{}
	over bool
}

func newConsole(t *testing.T) *console {
	t.Helper()
	self, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	c := &console{t: t, tty: tty, self: self, more: make(chan struct{}, 1)}
	t.Cleanup(func() { _ = tty.Close(); _ = self.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := self.Read(buf)
			c.mu.Lock()
			c.seen.Write(buf[:n])
			c.over = err != nil
			c.mu.Unlock()
			select {
			case c.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return c
}

func (c *console) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen.String()
}

// until waits for a text after what was seen before, and returns where it ends.
func (c *console) until(want string, from int) int {
	c.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		s := c.text()
		if i := strings.Index(s[from:], want); i >= 0 {
			return from + i + len(want)
		}
		select {
		case <-c.more:
		case <-deadline:
			c.t.Fatalf("%q does not come:\n%s", want, s)
		}
	}
}

func (c *console) types(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.self, s); err != nil {
		c.t.Fatal(err)
	}
}

func (c *console) state() *term.State {
	c.t.Helper()
	s, err := term.GetState(int(c.tty.Fd()))
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// guide runs a restore on the terminal.
func (c *console) guide(ctx context.Context, e *engine) <-chan flow.Outcome {
	done := make(chan flow.Outcome, 1)
	go func() {
		o, err := Guide(ctx, Config{
			Engine: e, In: c.tty, Out: c.tty, Err: c.tty, Terminal: c.tty,
			Now: func() time.Time { return now }, Location: time.UTC,
		})
		if err != nil && !errors.Is(err, context.Canceled) {
			c.t.Error(err)
		}
		done <- o
	}()
	return done
}

func finished(t *testing.T, done <-chan flow.Outcome, want flow.Outcome) {
	t.Helper()
	select {
	case o := <-done:
		if o != want {
			t.Errorf("it ended %s, not %s", o, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
	}
}

// On a terminal, secrets are typed unseen, everything else is seen, and the
// terminal is given back as it was.
func TestSecretsAreNotSeen(t *testing.T) {
	c := newConsole(t)
	before := c.state()
	e := newEngine(straight())
	done := c.guide(context.Background(), e)
	at := c.until("Which backup?", 0)
	at = c.until("> ", at)
	c.types("1\n")
	at = c.until("Enter for 1.\r\n> ", at)
	c.types("\n")
	at = c.until("Choose 1 to 3, or Enter for 1.\r\n> ", at)
	c.types("1\n")
	at = c.until(words.PlainPIN+"\r\n> ", at)
	if reflect.DeepEqual(before, c.state()) {
		t.Error("echo is on while the PIN is asked")
	}
	c.types("987651\n")
	at = c.until("What would you like to keep?", at)
	at = c.until("> ", at)
	if !reflect.DeepEqual(before, c.state()) {
		t.Error("echo is still off after the PIN")
	}
	c.types("1\n")
	at = c.until("Type where to", at)
	at = c.until("> ", at)
	c.types("/tmp/seen.jsonl\n")
	at = c.until("/tmp/seen.jsonl", at)
	at = c.until("Your messages are saved", at)
	c.until("> ", at)
	c.types("\n")
	finished(t, done, flow.Finished)
	if len(e.secrets) != 1 || e.secrets[0] != "987651" {
		t.Errorf("handed over: %q", e.secrets)
	}
	lacks(t, c.text(), "987651")
	if !reflect.DeepEqual(before, c.state()) {
		t.Error("the terminal is not as it was")
	}
}

// However it ends while a secret is asked, the terminal is given back.
func TestTerminalIsGivenBack(t *testing.T) {
	for name, end := range map[string]func(c *console, cancel func()){
		"cancelled":        func(_ *console, cancel func()) { cancel() },
		"end of the input": func(c *console, _ func()) { c.types("\x04") },
		"quit":             func(c *console, _ func()) { c.types("q\n") },
	} {
		t.Run(name, func(t *testing.T) {
			c := newConsole(t)
			before := c.state()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			e := newEngine(straight())
			done := c.guide(ctx, e)
			at := c.until("Which backup?", 0)
			at = c.until("> ", at)
			c.types("1\n")
			at = c.until("> ", at)
			c.types("1\n")
			at = c.until("> ", at)
			c.types("2\n")
			at = c.until(words.PlainPass, at)
			c.until("> ", at)
			end(c, cancel)
			finished(t, done, flow.Stopped)
			if !reflect.DeepEqual(before, c.state()) {
				t.Error("the terminal is not as it was")
			}
			if !e.cleared() {
				t.Error("the engine was left working")
			}
		})
	}
}

// Somebody before a terminal may leave at any time, while work is under way
// too; what means nothing then is answered.
func TestCommandsWhileWorking(t *testing.T) {
	c := newConsole(t)
	w := straight()
	w.devices = nil
	e := newEngine(w)
	done := c.guide(context.Background(), e)
	at := c.until("Which backup?", 0)
	at = c.until("> ", at)
	c.types("1\n")
	at = c.until("> ", at)
	c.types("1\n")
	at = c.until("> ", at)
	c.types("1\n")
	at = c.until(words.ConnectBody, at)
	c.types("hello\n")
	at = c.until(words.PlainNothing, at)
	c.types("b\n")
	at = c.until(words.MethodTitle, at)
	at = c.until("> ", at)
	c.types("1\n")
	c.until(words.ConnectBody, at)
	c.types("q\n")
	finished(t, done, flow.Stopped)
}

// TestMain is also the program whose terminal is not its standard input.
func TestMain(m *testing.M) {
	if os.Getenv("PLAIN_ASKS") != "" {
		askChild()
		return
	}
	os.Exit(m.Run())
}

func askChild() {
	pin, err := Asker(os.Stderr, false).PIN(context.Background(), keys.DeviceInfo{Product: "Blue\x1b key"}, 3)
	if err != nil {
		_, _ = io.WriteString(os.Stdout, "error: "+err.Error())
		return
	}
	pin.Use(func(b []byte) { _, _ = os.Stdout.Write(append([]byte("got "), b...)) })
}

// A PIN is asked on the controlling terminal even where standard input is a
// pipe, unseen, until what is typed can be one.
func TestPINOnTheTerminal(t *testing.T) {
	c := newConsole(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PLAIN_ASKS=1")
	cmd.Stdin = strings.NewReader("this is data, and no PIN\n")
	cmd.Stderr = c.tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2}
	var out strings.Builder
	cmd.Stdout = &out
	before := c.state()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	at := c.until("PIN of Blue␛ key (3 tries are left): ", 0)
	c.types("12\n")
	at = c.until("a PIN has at least four characters", at)
	at = c.until("left): ", at)
	c.types("ccccccbcgujhingjrdejhgfnuetrgigvejhhgbkugded\n")
	at = c.until("one-time code", at)
	c.until("left): ", at)
	c.types("4711\n")
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if out.String() != "got 4711" {
		t.Errorf("%q", out.String())
	}
	lacks(t, c.text(), "4711", "ccccccbc")
	if !reflect.DeepEqual(before, c.state()) {
		t.Error("the terminal is not as it was")
	}
}

// Without a terminal there is nobody to ask, and that is said.
func TestPINWithoutATerminal(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PLAIN_ASKS=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.Output()
	if err != nil || string(out) != "error: "+ErrNoTerminal.Error() {
		t.Errorf("%q, %v", out, err)
	}
}

// A PIN that is not typed any more ends with the context, and leaves the
// terminal as it was.
func TestPINCancelled(t *testing.T) {
	c := newConsole(t)
	before := c.state()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := askPINOn(ctx, terminal{c.tty, c.tty}, keys.DeviceInfo{}, -1)
		done <- err
	}()
	c.until("PIN of your security key: ", 0)
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, keys.ErrCancelled) {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it waits on")
	}
	if !reflect.DeepEqual(before, c.state()) {
		t.Error("the terminal is not as it was")
	}
}
