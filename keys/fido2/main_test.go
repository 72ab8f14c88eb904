package fido2

import (
	"context"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"touchback/keys"
)

// The test binary is its own helper, as the program is: started with one of
// these arguments it does not test but answers.
const (
	argHelper = "__fido2"        // Main, with real libfido2
	argSlow   = "__fido2-slow"   // the same, for which a cancellation must work, as it never gives up
	argFake   = "__fake"         // serve, with the fake backend named next
	argRogue  = "__rogue"        // a process that breaks the rules named next
	argParent = "__fido2-parent" // asks a fake helper, and is there to be killed
)

func TestMain(m *testing.M) {
	// Built with -race, a process sleeps a second before it ends, and each
	// request is a process.
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0")
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	switch os.Args[1] {
	case argHelper:
		os.Exit(Main(os.Stdin, os.Stdout))
	case argSlow:
		os.Exit(serve(context.Background(), os.Stdin, os.Stdout, newHardware(), time.Hour))
	case argFake:
		os.Exit(serve(context.Background(), os.Stdin, os.Stdout, fakes[os.Args[2]](), testGrace))
	case argRogue:
		rogues[os.Args[2]]()
		os.Exit(0)
	case argParent:
		d := newTestDriver(argFake, "blinks")
		_, err := d.Open(os.Args[2]).Evaluate(context.Background(), testPasskey, testInputs, nil, keys.Prompts{})
		fmt.Println(err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const testGrace = 300 * time.Millisecond

var (
	testPasskey = keys.Passkey{CredentialID: []byte{1, 2, 3}, RPID: "localhost"}
	testInputs  = keys.PRFInputs{[]byte("one"), []byte("two")}
)

func newTestDriver(args ...string) *Driver {
	d := New(os.Args[0], args...)
	d.available = true // the fakes need no libfido2
	d.grace = testGrace
	return d
}

// fake is a backend made of two functions.
type fake struct {
	run  func(ctx context.Context, req request, pins [][]byte, touch func() error) (reply, error)
	stop func()
}

func (f fake) do(ctx context.Context, req request, pins [][]byte, touch func() error) (reply, error) {
	return f.run(ctx, req, pins, touch)
}

func (f fake) cancel() {
	if f.stop != nil {
		f.stop()
	}
}

// fakeSecret is what the fake "echoes" makes of a PIN, to show that it
// arrived.
func fakeSecret(pin string) []byte {
	h := sha512.Sum512([]byte(pin))
	return h[:]
}

var fakes = map[string]func() backend{
	// echoes tells what it was asked and how it was started.
	"echoes": func() backend {
		return fake{run: func(_ context.Context, req request, pins [][]byte, touch func() error) (reply, error) {
			switch req.Op {
			case opList:
				return reply{Devices: []keys.DeviceInfo{{Path: "/a", Product: "\x1b[31m"}, {Path: "/b"}}}, nil
			case opInfo:
				return reply{Info: keys.AuthenticatorInfo{Versions: os.Environ(), PINTries: -1}}, nil
			case opKnows:
				return reply{Known: string(req.CredentialID) == string(testPasskey.CredentialID)}, nil
			case opCreate:
				if err := touch(); err != nil {
					return reply{}, err
				}
				return reply{CredentialID: []byte(req.RPID + "|" + req.UserName)}, nil
			case opEvaluate:
				if err := touch(); err != nil {
					return reply{}, err
				}
				return reply{secret: fakeSecret(string(pins[0]))}, nil
			case opSetPIN:
				var got []string
				for _, p := range pins {
					got = append(got, string(p))
				}
				if len(got) == 2 && got[0] != "old one" || got[len(got)-1] != "new one" {
					return reply{}, keys.ErrPINPolicy
				}
				return reply{}, nil
			}
			return reply{}, keys.ErrNotSupported
		}}
	},
	// fails answers with the error that the path names.
	"fails": func() backend {
		return fake{run: func(_ context.Context, req request, _ [][]byte, _ func() error) (reply, error) {
			switch req.Path {
			case "three tries":
				return reply{}, &keys.PINInvalidError{Tries: 3}
			case "code":
				return reply{}, &DeviceError{Code: 0x21}
			case "unforeseen":
				return reply{}, errors.New("quotes 1234")
			}
			return reply{}, named[req.Path]
		}}
	},
	// blinks waits for a touch that does not come. As libfido2 does it hears a
	// cancellation late, here only the third. It tells the path how it goes.
	"blinks": func() backend {
		heard := make(chan struct{}, 8)
		return fake{
			run: func(_ context.Context, req request, _ [][]byte, touch func() error) (reply, error) {
				if err := touch(); err != nil {
					return reply{}, err
				}
				tell := io.Discard
				if req.Path != "" {
					f, err := os.OpenFile(req.Path, os.O_WRONLY, 0)
					if err != nil {
						return reply{}, err
					}
					tell = f
				}
				_, _ = io.WriteString(tell, "blinking\n")
				for range 3 {
					<-heard
				}
				_, _ = io.WriteString(tell, "idle\n")
				return reply{}, keys.ErrCancelled
			},
			stop: func() { heard <- struct{}{} },
		}
	},
	// hangs hears nothing.
	"hangs": func() backend {
		return fake{run: func(_ context.Context, _ request, _ [][]byte, touch func() error) (reply, error) {
			_ = touch()
			select {}
		}}
	},
	"crashes": func() backend {
		return fake{run: func(context.Context, request, [][]byte, func() error) (reply, error) {
			var none []byte
			_ = none[0]
			return reply{}, nil
		}}
	},
}

var rogues = map[string]func(){
	"says nothing": func() { _, _ = io.Copy(io.Discard, os.Stdin) },
	"is deaf":      func() { <-time.After(time.Hour) },
	"babbles":      func() { fmt.Print(strings.Repeat("what? ", 100)) },
	"boasts":       func() { fmt.Print("R\xff\xff\xff\xff") },
	"mumbles":      func() { _ = writeFrame(os.Stdout, kindReply, []byte{0xff, 0x00}) },
	"swears":       func() { _ = writeFrame(os.Stdout, 'X', []byte("!")) },
	"leaves slowly": func() {
		_ = writeCBOR(os.Stdout, kindReply, reply{})
		_ = os.Stdout.Close()
		<-time.After(time.Hour)
	},
	"nobody":       nobody,
	"hardens":      hardens,
	"short secret": func() { _ = writeFrame(os.Stdout, kindSecret, make([]byte, 32)) },
}
