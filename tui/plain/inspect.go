package plain

import (
	"fmt"
	"io"
	"strings"

	"touchback/restore/run"
	"touchback/restore/whatsapp"
	"touchback/tui/style"
	"touchback/tui/words"
)

// Inspect writes what a backup is and how it is protected, for people.
func Inspect(w io.Writer, i run.Inspection) error {
	var b strings.Builder
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-12s%s\n", name, value)
		}
	}
	row("file", clean(i.Path, pathWidth))
	row("format", clean(string(i.Format), labelWidth)+", "+style.Bytes(i.Size))
	if i.Modified != nil {
		row("written", i.Modified.Local().Format("2 January 2006 15:04"))
	}
	row("app", clean(i.AppVersion, labelWidth))
	row("device", clean(i.DeviceModel, labelWidth))
	if i.JIDSuffix != "" {
		row("number", "ending "+clean(i.JIDSuffix, labelWidth))
	}
	protected := words.InspectNone
	switch {
	case i.WhatsAppPasskey:
		protected = words.InspectWhatsApp
	case i.Format != whatsapp.Crypt15:
		protected = words.InspectKeyFile
	}
	if r := i.Keyring; r != nil {
		row("keyring", clean(r.Path, pathWidth))
		for _, m := range r.Methods {
			kind := clean(m.Kind, labelWidth)
			row("", fmt.Sprintf("  %s (%s, %s%s), id %s", clean(m.Label, labelWidth), kind, words.BackupAdded, m.Created.Local().Format("2 January 2006"), clean(m.ID, labelWidth)))
		}
		protected = words.InspectRing
		if i.WhatsAppPasskey {
			protected += "; " + words.InspectWhatsAppToo
		}
	}
	if i.KeyringErr != nil {
		row("keyring", words.InspectBadRing+clean(i.KeyringErr.Error(), pathWidth))
	}
	row("opens with", protected)
	if i.WhatsAppPasskey && i.Keyring == nil {
		row("way out", words.InspectWayOut)
	}
	besideRows(row, i.Beside)
	row("note", words.InspectUnproved)
	if i.Keyring != nil {
		row("", words.InspectRingNote)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
