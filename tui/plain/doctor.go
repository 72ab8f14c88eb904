package plain

import (
	"fmt"
	"io"
	"strings"

	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/tui/words"
)

// Doctor writes what was found out about a machine, for people: a line each,
// and below it what to do where something is.
func Doctor(w io.Writer, version string, r run.Report) error {
	var b strings.Builder
	line := func(ok bool, name, said string, todo ...string) {
		state := words.DoctorOK
		if !ok {
			state = words.DoctorTodo
		}
		fmt.Fprintf(&b, "%-6s %-10s %s\n", state, name, said)
		for _, t := range todo {
			if t != "" {
				fmt.Fprintf(&b, "%-6s %-10s %s\n", "", "", t)
			}
		}
	}
	slow := ""
	if !strings.Contains(strings.ToLower(r.Inflate), "isa-l") && !strings.Contains(strings.ToLower(r.Inflate), "igzip") {
		slow = words.DoctorSlow
	}
	line(true, words.DoctorProgram, fmt.Sprintf(words.DoctorVersion, clean(version, labelWidth), r.System, r.Inflate), slow)
	remote := ""
	if r.Remote {
		remote = words.DoctorRemoteUSB
	}
	switch {
	case !r.USB:
		line(false, words.DoctorKeys, words.DoctorNoUSB, words.DoctorBuild)
	case r.KeysWhy != flow.NoTrouble && r.KeysWhy != flow.NoKey:
		line(false, words.DoctorKeys, trouble(r.KeysWhy), words.Troubles[r.KeysWhy].Do)
	case len(r.Keys) == 0 && r.Hidden > 0:
		line(false, words.DoctorKeys, fmt.Sprintf(words.DoctorHidden, words.Of(int64(r.Hidden), "security key", "security keys")), words.DoctorRule, words.DoctorUdev, remote)
	case len(r.Keys) == 0:
		line(false, words.DoctorKeys, words.DoctorNone, words.DoctorPlug, remote)
	}
	for _, k := range r.Keys {
		name, path := clean(k.Product, labelWidth), clean(k.Path, pathWidth)
		switch {
		case k.Fit && k.Tries >= 0:
			line(true, words.DoctorKey, fmt.Sprintf(words.DoctorFit, name, path, words.TriesLeft(k.Tries)))
		case k.Fit:
			line(true, words.DoctorKey, fmt.Sprintf(words.DoctorFitUV, name, path))
		default:
			line(false, words.DoctorKey, fmt.Sprintf(words.DoctorUnfit, name, path, trouble(k.Why)),
				clean(k.Detail, pathWidth), words.Troubles[k.Why].Do)
		}
	}
	if r.TempOK {
		line(true, words.DoctorTemp, words.DoctorTempOK)
	} else {
		line(false, words.DoctorTemp, words.DoctorTempBad, words.DoctorTempDo)
	}
	said := words.DoctorNoDisplay
	switch {
	case r.Remote:
		said = words.DoctorRemote
	case r.Display:
		said = words.DoctorDisplay
	}
	line(true, words.DoctorBrowser, said)
	_, err := io.WriteString(w, b.String())
	return err
}

// trouble is a trouble in a few words that go on after a colon.
func trouble(y flow.Why) string {
	title := words.Troubles[y].Title
	if title == "" {
		return string(y)
	}
	return strings.ToLower(title[:1]) + title[1:]
}
