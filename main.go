// Touchback restores end-to-end encrypted chat backups with a passkey.
//
// This file holds the commands, the choice of the front end, and the one
// switch from an error to an exit code; the work is done in restore/run.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"touchback/fixtures"
	"touchback/fixtures/demo"
	"touchback/keys"
	"touchback/keys/harden"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/tui"
	"touchback/tui/plain"
)

// version is set by a release build.
var version = "dev"

func main() {
	if !apart() {
		touchback()
	}
}

// gcPercent is how much garbage may gather, in percent of what is in use. Half
// of Go's own default costs no time that can be measured here, and takes a
// quarter off the memory of a large restore.
const gcPercent = 50

// tune fits the runtime to a restore, where no one has said what it should be.
//
// One processor of Go's more than there are cores stays idle. While there is
// one, the runtime leaves igzip the processor that it was called on; else it
// wakes every 20 µs to take it away, which costs a tenth of a restore.
func tune() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}

// touchback runs the command line.
func touchback() {
	harden.Process()
	tune()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	end(fang.Execute(ctx, root(), fang.WithVersion(version)))
}

// end says what went wrong and ends the program. It is called before an error
// gets back to fang, which would ask the terminal for its colours to word it.
func end(err error) {
	var reported errReported
	if err != nil && !errors.As(err, &reported) {
		plain.Explain(os.Stderr, err)
	}
	os.Exit(exitCode(err))
}

// errReported says that the guided flow ended on a screen that said why: err
// decides the exit code, and nothing is printed again.
type errReported struct{ err error }

func (e errReported) Error() string { return e.err.Error() }
func (e errReported) Unwrap() error { return e.err }

// errUsage is a command line that means nothing.
type errUsage struct{ error }

func (e errUsage) Unwrap() error { return e.error }

// exitCode is the one place where an error becomes an exit code. Scripts rely
// on the numbers; they are listed in `touchback --help`.
func exitCode(err error) int {
	var usage errUsage
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage), errors.Is(err, run.ErrNoWay), errors.Is(err, run.ErrFilter), errors.Is(err, run.ErrFolder),
		errors.Is(err, run.ErrOneMethod), errors.Is(err, keys.ErrNoMethods),
		errors.Is(err, keys.ErrNoSuchMethod), errors.Is(err, keys.ErrAmbiguous):
		return 2
	}
	switch run.Explain(err).Why {
	case flow.WrongDigits, flow.WrongBackupKey, flow.BadKeyFile, flow.WrongPassword, flow.WrongKey, flow.WrongPasskey,
		flow.NotKept, flow.WrongPIN, flow.WrongFinger, flow.KeyringAltered:
		return 3
	case flow.Damaged, flow.Changed:
		return 4
	case flow.NotABackup, flow.WhatsAppPasskey:
		return 5
	case flow.NoKey, flow.PINBlocked, flow.PINAuthBlocked, flow.PINNotSet, flow.PINChange, flow.FingerBlocked, flow.NoSecret, flow.KeyRemoved, flow.KeyBusy,
		flow.KeyRefused, flow.NoPermission, flow.NotSupported, flow.TimedOut,
		flow.NoPRF, flow.NotVerified, flow.NoAnswer, flow.BrowserRefused, flow.NotTrusted, flow.PageClosed,
		flow.PageTimedOut, flow.AlreadyAdded, flow.Unstable:
		return 6
	case flow.Exists, flow.HasKeyring, flow.NoSpace, flow.SaveRefused:
		return 7
	case flow.Cancelled:
		return 130
	}
	return 1
}

// options are the flags that every command takes.
type options struct {
	plain, json, ascii, noColor, noMotion, quiet, private bool

	keyring, device string

	keyFile, method, passwordFile string
	repairKey                     bool
}

func root() *cobra.Command {
	o := &options{device: os.Getenv("FIDO2_TOKEN")}
	c := &cobra.Command{
		Use:   "touchback",
		Short: "Restore end-to-end encrypted chat backups with a passkey",
		Long: "Restore end-to-end encrypted chat backups with a passkey.\n\n" +
			"Exit codes: 0 done · 1 other · 2 usage · 3 wrong key, passkey or password · 4 damaged or altered backup · " +
			"5 not a backup that can be opened · 6 no usable security key · 7 output refused · 130 cancelled",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return guide(c.Context(), o, errand{home: o.hasScreen()}) },
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { end(errUsage{err}); return nil })
	f := c.PersistentFlags()
	f.BoolVar(&o.plain, "plain", false, "line by line, without a screen")
	f.BoolVar(&o.json, "json", false, "say it as JSON")
	f.BoolVar(&o.ascii, "ascii", false, "no characters beyond ASCII of our own")
	f.BoolVar(&o.noColor, "no-color", os.Getenv("NO_COLOR") != "", "no colours")
	f.BoolVar(&o.noMotion, "no-motion", false, "nothing moves by itself")
	f.BoolVar(&o.private, "private", false, "mask names and messages")
	f.BoolVar(&o.quiet, "quiet", false, "no progress")
	f.StringVar(&o.keyring, "keyring", "", "keyring (default: beside the backup)")
	f.StringVar(&o.device, "device", o.device, "path of the security key to use (also FIDO2_TOKEN)")
	c.AddCommand(restoreCommand(o), lockCommand(o), keysCommand(o), inspectCommand(o), decryptCommand(o), exportCommand(o), doctorCommand(o), demoCommand(o), serveCommand(o))
	for _, c := range append(c.Commands(), c) {
		check, run := c.Args, c.RunE
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				end(errUsage{err})
			}
			return nil
		}
		c.RunE = func(c *cobra.Command, args []string) error {
			if err := run(c, args); err != nil {
				end(err)
			}
			return nil
		}
	}
	return c
}

// opens adds the flags that open a backup without the guide.
func (o *options) opens(c *cobra.Command) *cobra.Command {
	f := c.Flags()
	f.StringVar(&o.keyFile, "key-file", "", "file with the 64-digit key, or a key file of WhatsApp's; - is standard input")
	f.StringVar(&o.method, "method", "", "a method of the keyring, by ID or label")
	f.StringVar(&o.passwordFile, "password-file", "", "file with the password of a method; - is standard input")
	f.BoolVar(&o.repairKey, "repair-key", false, "where the 64-digit key is wrong, look for one mistyped digit")
	return c
}

// access is what the flags say of how to open.
func (o *options) access() run.Access {
	return run.Access{
		KeyFile: o.keyFile, Method: o.method, PasswordFile: o.passwordFile,
		Device: o.device, Finder: finder(), Ask: o.asker(), RepairKey: o.repairKey,
	}
}

// asker asks on the terminal and shows progress on standard error.
func (o *options) asker() run.Asker { return plain.Asker(os.Stderr, o.quiet) }

func restoreCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "restore [BACKUP|FOLDER]",
		Short: "Restore a backup, step by step",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return guide(c.Context(), o, errand{path: strings.Join(args, "")})
		},
	}
}

func lockCommand(o *options) *cobra.Command {
	var lo run.LockOptions
	c := &cobra.Command{
		Use:   "lock BACKUP",
		Short: "Lock a backup with passkeys: makes a keyring beside it",
		Long: "Lock a backup with passkeys: makes a keyring beside it.\n\n" +
			"Step by step, unless --key-file names the key that opens the backup one last time.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case o.keyFile == "" && !c.Flags().Changed("passkey") && !c.Flags().Changed("browser") && (o.hasScreen() || o.plain || o.json):
				return guide(c.Context(), o, errand{goal: flow.Locking, path: strings.Join(args, "")})
			case o.keyFile == "":
				return errUsage{errors.New("lock needs --key-file: the 64-digit key opens the backup one last time")}
			case len(args) == 0:
				return errUsage{errors.New("say which backup to lock")}
			}
			key, err := run.ReadKeyFile(o.keyFile)
			if err != nil {
				return err
			}
			defer key.Wipe()
			lo.Keyring, lo.Device, lo.Finder, lo.Ask = o.keyring, o.device, finder(), o.asker()
			path, err := run.Lock(c.Context(), args[0], key, lo)
			if err != nil {
				return err
			}
			if o.json {
				return plain.JSON(os.Stdout, map[string]string{"keyring": path, "backup": args[0]})
			}
			plain.Say(os.Stdout, "locked: %s opens %s", path, args[0])
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&o.keyFile, "key-file", "", "file with the 64-digit key, or a key file of WhatsApp's; - is standard input")
	f.StringVar(&lo.Passkey, "passkey", "", "label of a new passkey on a security key")
	f.StringVar(&lo.Browser, "browser", "", "label of a new passkey of a phone or this computer, made in a browser")
	f.StringVar(&lo.PasswordFile, "password-file", "", "file with a password that opens it too")
	f.StringArrayVar(&lo.Recipients, "recipient", nil, "age RECIPIENT (age1pq1…) that opens it too")
	f.BoolVar(&lo.KeepKey, "keep-64-digit-key", false, "your word that the 64-digit key is kept")
	return c
}

func inspectCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "inspect BACKUP|FOLDER",
		Short: "Say what a backup is and how it is protected; needs no key",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			info, err := run.Inspect(args[0], o.keyring)
			if err != nil {
				return err
			}
			if o.json {
				return plain.JSON(os.Stdout, info)
			}
			return plain.Inspect(os.Stdout, info)
		},
	}
}

func doctorCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what works on this machine, and what to do about the rest",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			report := run.Doctor(c.Context(), finder(), o.device, "")
			if o.json {
				return plain.JSON(os.Stdout, report)
			}
			return plain.Doctor(os.Stdout, version, report)
		},
	}
}

func decryptCommand(o *options) *cobra.Command {
	var out string
	c := o.opens(&cobra.Command{
		Use:   "decrypt BACKUP -o FILE",
		Short: "Write the verified payload: the database, as it is",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.write(c.Context(), args[0], out, run.Output{Format: run.Payload})
		},
	})
	c.Flags().StringVarP(&out, "output", "o", "", "file to write; - is standard output")
	return c
}

func exportCommand(o *options) *cobra.Command {
	var (
		out, format, since, until string
		what                      run.Output
	)
	c := o.opens(&cobra.Command{
		Use:   "export BACKUP --format FORMAT -o FILE",
		Short: "Write the messages: html, jsonl, txt, csv or db",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			what.Format = flow.Format(format)
			var err error
			if what.Filter.Since, err = day(since); err != nil {
				return err
			}
			if what.Filter.Until, err = day(until); err != nil {
				return err
			}
			return o.write(c.Context(), args[0], out, what)
		},
	})
	f := c.Flags()
	f.StringVarP(&out, "output", "o", "", "where to write; - is standard output")
	f.StringVar(&format, "format", "jsonl", "one of html (a folder), jsonl, txt (a folder, or a file with one --chat), csv or db")
	f.Int64SliceVar(&what.Filter.Chats, "chat", nil, "the ID of a chat; may be given more than once")
	f.StringVar(&since, "since", "", "first time: 2026-05-12 or RFC 3339")
	f.StringVar(&until, "until", "", "time to end before")
	f.BoolVar(&what.NoIncrements, "no-increments", false, "the backup alone, without the increments beside it")
	return c
}

// day reads a time as people write it.
func day(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errUsage{fmt.Errorf("%q is not a time: write 2026-05-12 or 2026-05-12T09:41:00Z", s)}
}

// write opens a backup and writes what it holds.
func (o *options) write(ctx context.Context, backup, out string, what run.Output) error {
	switch {
	case out == "":
		return errUsage{errors.New("say where to write with -o FILE")}
	case what.Format != run.Payload && !slices.Contains(flow.Formats[:], what.Format):
		return errUsage{fmt.Errorf("no format %q: there are html, jsonl, txt, csv and db", what.Format)}
	case out == "-" && plain.IsTerminal(os.Stdout):
		return errUsage{errors.New("private messages are not written to a terminal: name a file, or a pipe")}
	}
	if out == "-" {
		what.To = os.Stdout
	} else {
		what.Path = out
	}
	what.Sweeper = sweeper()
	result, err := run.Write(ctx, backup, o.keyring, o.access(), what)
	if err != nil {
		return err
	}
	switch {
	case o.json && out != "-":
		return plain.JSON(os.Stdout, result)
	case o.quiet:
		return nil
	}
	return plain.Written(os.Stderr, result)
}

// errand is what a person came to do with the guide.
type errand struct {
	goal flow.Goal
	home bool // they are asked
	path string
	demo *demo.Demo // nil where keys are real
}

// hasScreen reports whether the guide is a screen, and not lines.
func (o *options) hasScreen() bool { return !o.plain && !o.json && plain.HasScreen() }

// guide walks through an errand on a screen, or line by line where there is
// none.
func guide(ctx context.Context, o *options, e errand) error {
	d := e.demo
	cfg := run.Config{Finder: finder(), Keyring: o.keyring, Device: o.device, Version: version}
	if d != nil {
		cfg = run.Config{Finder: d, Version: version}
	}
	cfg.Sweeper = sweeper()
	r := run.New(ctx, cfg)
	defer r.Close()
	var outcome flow.Outcome
	var err error
	if o.hasScreen() {
		outcome, err = tui.Run(ctx, o.screen(r, e))
	} else {
		outcome, err = plain.Guide(ctx, o.lines(r, e))
	}
	switch {
	case err != nil:
		return err
	case outcome == flow.ToDemo:
		r.Close()
		return showDemo(ctx, o)
	case outcome == flow.Finished:
		return nil
	case outcome == flow.Failure && r.Err() != nil:
		return errReported{r.Err()}
	}
	return errReported{keys.ErrCancelled}
}

// screen says how the guide looks on a screen.
func (o *options) screen(r *run.Runner, e errand) tui.Config {
	d := e.demo
	c := tui.Config{
		Engine: r, Goal: e.goal, Home: e.home, Path: e.path, ASCII: o.ascii, NoColor: o.noColor, NoMotion: o.noMotion, Private: o.private, Quiet: o.quiet,
	}
	if d != nil {
		c.Demo, c.SoftKey, c.DemoPIN = true, d, fixtures.SamplePIN
	}
	return c
}

// lines says how the guide goes line by line.
func (o *options) lines(r *run.Runner, e errand) plain.Config {
	d := e.demo
	c := plain.Config{
		Engine: r, Goal: e.goal, Home: e.home, Path: e.path, JSON: o.json, ASCII: o.ascii, Private: o.private, Quiet: o.quiet,
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
	}
	if plain.IsTerminal(os.Stdin) {
		c.Terminal = os.Stdin
	}
	if d != nil {
		c.Demo, c.SoftKey, c.DemoPIN = true, d, fixtures.SamplePIN
	}
	return c
}
