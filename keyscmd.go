package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/tui/plain"
)

// keyringCommand is `touchback keys`: what it was asked to do, and with what.
type keyringCommand struct {
	*options
	add          run.AddOptions
	openPassword string // opens, where passwordFile is the one to add
}

func keysCommand(o *options) *cobra.Command {
	k := &keyringCommand{options: o}
	c := o.opens(&cobra.Command{
		Use:   "keys BACKUP [edit|list|add|remove ID|rename ID LABEL|test ID|reseal]",
		Short: "List, add, remove, rename, test and reseal what opens a backup",
		Long: "List, add, remove, rename, test and reseal what opens a backup.\n\n" +
			"Without a word after BACKUP, and with edit, it is done step by step; where there is no screen, they are listed. " +
			"A change needs one way in: a passkey on the security key that is plugged in, or what --method, " +
			"--password-file or --key-file name. With add, --password-file is the password to add, and " +
			"--open-password-file the one that opens.",
		Args: cobra.RangeArgs(1, 4),
		RunE: func(c *cobra.Command, args []string) error {
			verb := "list"
			switch {
			case len(args) > 1:
				verb = args[1]
			case o.hasScreen():
				verb = "edit"
			}
			return k.do(c.Context(), args[0], verb, args[min(len(args), 2):])
		},
	})
	f := c.Flags()
	f.StringVar(&k.add.Passkey, "passkey", "", "add: `LABEL` of a new passkey on a security key")
	f.StringVar(&k.add.Browser, "browser", "", "add: `LABEL` of a new passkey of a phone or this computer, made in a browser")
	f.StringVar(&k.add.Recipient, "recipient", "", "add: age `RECIPIENT` (age1pq1…)")
	f.StringVar(&k.add.Label, "label", "", "add: `LABEL` of a password or recipient")
	f.StringVar(&k.openPassword, "open-password-file", "", "add: `FILE` with the password that opens; - is standard input")
	return c
}

// do carries out one verb. rest is what follows it.
func (k *keyringCommand) do(ctx context.Context, backup, verb string, rest []string) error {
	takes := map[string]int{"edit": 0, "list": 0, "add": 0, "remove": 1, "rename": 2, "test": 1, "reseal": 0}
	n, known := takes[verb]
	switch {
	case !known:
		return errUsage{fmt.Errorf("keys can edit, list, add, remove, rename, test and reseal, not %q", verb)}
	case len(rest) != n:
		return errUsage{fmt.Errorf("keys BACKUP %s takes %d more", verb, n)}
	}
	switch verb {
	case "edit":
		return guide(ctx, k.options, errand{goal: flow.Managing, path: backup})
	case "list":
		return k.list(backup)
	case "add":
		return k.addMethod(ctx, backup)
	case "remove":
		m, err := run.RemoveMethod(ctx, backup, k.keyring, k.access(), rest[0])
		if err != nil {
			return err
		}
		plain.Say(os.Stderr, "%s", keys.RemovalNotice)
		return k.done("removed", m)
	case "rename":
		return run.RenameMethod(ctx, backup, k.keyring, k.access(), rest[0], rest[1])
	case "test":
		m, err := run.TestMethod(ctx, backup, k.keyring, k.access(), rest[0])
		if err != nil {
			return err
		}
		return k.done("opens", m)
	}
	return run.ResealKeyring(ctx, backup, k.keyring, k.access())
}

func (k *keyringCommand) list(backup string) error {
	list, err := run.Methods(backup, k.keyring)
	if err != nil {
		return err
	}
	if k.json {
		return plain.JSON(os.Stdout, list)
	}
	return plain.Methods(os.Stdout, list)
}

func (k *keyringCommand) addMethod(ctx context.Context, backup string) error {
	k.add.PasswordFile = k.passwordFile
	named := 0
	for _, s := range []string{k.add.Passkey, k.add.Browser, k.add.PasswordFile, k.add.Recipient} {
		if s != "" {
			named++
		}
	}
	if named != 1 {
		return errUsage{errors.New("say what to add: one of --passkey, --browser, --password-file and --recipient")}
	}
	a := k.access()
	a.PasswordFile = k.openPassword
	m, err := run.AddMethod(ctx, backup, k.keyring, a, k.add)
	if err != nil {
		return err
	}
	return k.done("added", m)
}

// done says what became of a method.
func (k *keyringCommand) done(what string, m run.Method) error {
	switch {
	case k.json:
		return plain.JSON(os.Stdout, m)
	case !k.quiet:
		plain.Say(os.Stdout, what+": %s (%s, id %s)", m.Label, m.Kind, m.ID)
	}
	return nil
}
