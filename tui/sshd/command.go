package sshd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/tui"
	"touchback/tui/display"
	"touchback/tui/plain"
	"touchback/tui/style"
)

// usage is all that can be asked for.
const usage = `touchback: this server understands
  (nothing)                             the guided restore, on a screen
  restore [--plain|--json] [FILE]       the same, line by line or as JSON
  list [--json]                         the backups that are here
  inspect FILE [--json]                 what one is, and how it is protected
  export FILE --format jsonl|csv        its messages, to your own machine:
                                        ssh … export FILE > messages.jsonl
`

// errUsage is a command that means nothing here.
var errUsage = errors.New("this is no command of this server")

// run does what the client asked for, and returns the exit status.
func (v *visit) run() int {
	args := v.sess.Command()
	if v.sess.RawCommand() == "" {
		return v.guide(look{}, "")
	}
	name := ""
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	var err error
	switch name {
	case "restore":
		var l look
		f := flags()
		f.BoolVar(&l.plain, "plain", false, "")
		f.BoolVar(&l.json, "json", false, "")
		f.BoolVar(&l.ascii, "ascii", false, "")
		f.BoolVar(&l.noColor, "no-color", false, "")
		f.BoolVar(&l.noMotion, "no-motion", false, "")
		f.BoolVar(&l.private, "private", false, "")
		f.BoolVar(&l.quiet, "quiet", false, "")
		var files []string
		if files, err = parse(f, args, 0, 1); err == nil {
			return v.guide(l, strings.Join(files, ""))
		}
	case "list":
		v.did("list", "")
		err = v.list(args)
	case "inspect":
		v.did("inspect", "")
		err = v.inspect(args)
	case "export":
		v.did("export", "")
		err = v.export(args)
	default:
		v.did("other", "")
		err = errUsage
	}
	switch {
	case err == nil:
		v.did("", "finished")
		return 0
	case errors.Is(err, errUsage):
		_, _ = io.WriteString(v.stderr(), usage)
		v.did("", "usage")
		return 2
	}
	plain.Explain(v.stderr(), err)
	return v.failed(err)
}

func flags() *flag.FlagSet {
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse takes flags before and after the words among them, of which there are
// from least to most.
func parse(f *flag.FlagSet, args []string, least, most int) (words []string, err error) {
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			return nil, errUsage
		}
		if args = f.Args(); len(args) > 0 {
			words, args = append(words, args[0]), args[1:]
		}
	}
	if len(words) < least || len(words) > most {
		return nil, errUsage
	}
	return words, nil
}

func (v *visit) list(args []string) error {
	f := flags()
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0, 0); err != nil {
		return err
	}
	src, err := v.source()
	if err != nil {
		return err
	}
	defer src.close()
	all, err := run.Find(src.root, ".")
	if err != nil {
		return err
	}
	for _, b := range all {
		when := time.Unix(b.Modified, 0).UTC()
		if *asJSON {
			err = plain.JSON(v.sess, map[string]any{
				"path": b.Path, "format": b.Format, "size": b.Size, "modified": when, "protected": b.Protected,
			})
		} else {
			_, err = fmt.Fprintf(v.sess, "%s  %10s  %-12s  %s\n", when.Format("2006-01-02 15:04"),
				style.Bytes(b.Size), display.Clean(b.Protected), display.Clean(b.Path))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *visit) inspect(args []string) error {
	f := flags()
	asJSON := f.Bool("json", false, "")
	files, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	src, err := v.source()
	if err != nil {
		return err
	}
	defer src.close()
	info, err := run.InspectIn(src.root, files[0])
	if err != nil {
		return err
	}
	if *asJSON {
		return plain.JSON(v.sess, info)
	}
	return plain.Inspect(v.sess, info)
}

// export writes the messages of a backup to the client, once all of it has
// verified.
func (v *visit) export(args []string) error {
	f := flags()
	format := f.String("format", "jsonl", "")
	a := run.Access{Stdin: v}
	f.StringVar(&a.KeyFile, "key-file", "", "")
	f.StringVar(&a.PasswordFile, "password-file", "", "")
	f.StringVar(&a.Method, "method", "", "")
	files, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	_, _, terminal := v.sess.Pty()
	switch {
	case *format != string(flow.JSONL) && *format != string(flow.CSV):
		return errUsage // the others are folders, or databases that need a file
	case a.KeyFile != "" && a.KeyFile != "-", a.PasswordFile != "" && a.PasswordFile != "-":
		return errUsage // files of this server are nobody's keys
	case terminal:
		return errors.New("private messages are not written to a terminal: leave out -t, and send them to a file")
	}
	src, err := v.source()
	if err != nil {
		return err
	}
	defer src.close()
	a.Root, a.Finder, a.Ask = src.root, src.finder, v.asker(src)
	if src.demo == nil {
		a.Evaluator = v.evaluator(files[0])
	}
	_, err = run.Write(v.ctx, files[0], "", a, run.Output{Format: flow.Format(*format), To: results{v}})
	return err
}

// results is what goes to the client's standard output. As long as it is taken,
// the client is there.
type results struct{ *visit }

func (r results) Write(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.sess.Write(p)
	r.active()
	return n, err
}

// evaluator asks for a passkey on a page, and says where that is.
func (v *visit) evaluator(backup string) func(keys.Method) keys.Evaluator {
	return func(m keys.Method) keys.Evaluator { return onPage{v, backup, m.Label} }
}

// asker operates the software key of a demonstration, which has no screen here:
// the PIN is the one that is told to everybody.
func (v *visit) asker(src source) run.Asker {
	if src.demo == nil {
		return run.Asker{}
	}
	return run.Asker{
		PIN: demoPIN(v.cfg.DemoPIN),
		Touch: func(keys.DeviceInfo, bool, int, int) {
			plain.Say(v.stderr(), "touchback: the demo key is touched for you")
			go touchOnce(v.ctx, src.demo)
		},
	}
}

// touchOnce touches a software key as soon as it blinks.
func touchOnce(ctx context.Context, k tui.SoftKey) {
	for !k.Waiting() {
		select {
		case <-ctx.Done():
			return
		case <-k.Changed():
		}
	}
	k.Touch()
}

// keyName is a short name of a key, for a folder.
func keyName(p person) string {
	if p.key == nil {
		return "none"
	}
	sum := sha256.Sum256(p.key.Marshal())
	return hex.EncodeToString(sum[:8])
}
