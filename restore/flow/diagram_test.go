package flow

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write docs/flow.md")

const diagramFile = "../../docs/flow.md"

// edge is a way from one screen to another.
type edge struct{ from, to Screen }

// spot is what of a state decides most of where its events lead.
type spot struct {
	screen           Screen
	why              Why
	goal             Goal
	task             Task
	chosen, new, way MethodKind
	open, home, done bool
	ways             int
}

func spotOf(s State) spot {
	return spot{s.Screen, s.Why, s.Goal, s.Task, s.Chosen().Kind, s.New.Kind, s.chosenWay().Kind, s.Open, s.AtHome, s.Complete, min(s.NWays, 2)}
}

// edges explores the machine: each place a person can be is taken through each
// event, and so is what that leads to, until nothing new turns up. What leaves
// from everywhere, Quit and Interrupt, is not among them.
var edges = sync.OnceValue(func() map[edge][]string {
	out, seen := map[edge][]string{}, map[spot]bool{}
	var todo []State
	add := func(s State) {
		if k := spotOf(s); !seen[k] {
			seen[k] = true
			todo = append(todo, s)
		}
	}
	places := states()
	for _, name := range slices.Sorted(maps.Keys(places)) {
		s := places[name]
		todo = append(todo, s)
		s.AtHome = true
		todo = append(todo, s)
	}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for pick := range max(len(s.Options()), s.NMethods, 1) {
			s.Choice = pick
			for i, e := range events(s.Attempt) {
				if pick > 0 && i > 0 {
					break // only Enter looks at what is picked
				}
				next, _ := Step(s, e)
				add(next)
				if next.Screen == s.Screen || leaves(e) {
					continue
				}
				name := strings.TrimPrefix(fmt.Sprintf("%T", e), "flow.")
				if way := (edge{s.Screen, next.Screen}); !slices.Contains(out[way], name) {
					out[way] = append(out[way], name)
				}
			}
		}
	}
	return out
})

// leaves reports whether e is a word that ends things at every place.
func leaves(e Event) bool {
	switch e.(type) {
	case Quit, Interrupt:
		return true
	}
	return false
}

// drawn are the screens in the order of the straight ways.
var drawn = []Screen{
	Home, Find, Backup, Method, Connect, Choose, PIN, NewPIN, Touch, Browser, Password, Key, Verify, Restore, Save, Done,
	Ways, Name, NewPass, Recipient, KeepKey, Summary, Locked, OneWay, Remove, Trouble, Left,
}

// diagram writes the machine as Mermaid draws it.
func diagram(all map[edge][]string) []byte {
	var b bytes.Buffer
	b.WriteString("# The flow\n\n" +
		"Every screen, and what leads from one to another. A test of `restore/flow` walks the\n" +
		"machine and compares; `go test ./restore/flow -run Diagram -update` writes this file.\n\n" +
		"Not drawn: `Quit` leads from every screen to `left`, and `Interrupt` stops what is under\n" +
		"way (`trouble`), or leaves where nothing is. What keeps the screen is not drawn either.\n\n" +
		"```mermaid\nflowchart TD\n")
	id := func(s Screen) string { return strings.ReplaceAll(string(s), " ", "_") }
	for _, s := range drawn {
		shape := "[\"%s\"]"
		switch s {
		case Home, Left, Done, Locked:
			shape = "([\"%s\"])"
		case Trouble:
			shape = "{{\"%s\"}}"
		}
		fmt.Fprintf(&b, "  s_%s"+shape+"\n", id(s), s)
	}
	for _, from := range drawn {
		for _, to := range drawn {
			if names := all[edge{from, to}]; len(names) > 0 {
				slices.Sort(names)
				fmt.Fprintf(&b, "  s_%s -->|%s| s_%s\n", id(from), strings.Join(names, ", "), id(to))
			}
		}
	}
	b.WriteString("```\n")
	return b.Bytes()
}

func TestDiagram(t *testing.T) {
	all := edges()
	for way := range all {
		if !slices.Contains(drawn, way.from) || !slices.Contains(drawn, way.to) {
			t.Errorf("%v is not drawn", way)
		}
	}
	got := diagram(all)
	if *update {
		if err := os.WriteFile(diagramFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(diagramFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))) {
		t.Errorf("docs/flow.md is not the machine any more (go test ./restore/flow -run Diagram -update takes it):\n%s", got)
	}
}

// From every screen one comes to an end, and back to the backup, without
// leaving in the middle.
func TestEveryScreenLeadsToAnEnd(t *testing.T) {
	all := edges()
	reaches := func(from Screen, ends ...Screen) bool {
		seen, todo := map[Screen]bool{from: true}, []Screen{from}
		for len(todo) > 0 {
			at := todo[0]
			todo = todo[1:]
			if slices.Contains(ends, at) {
				return true
			}
			for way := range all {
				if way.from == at && !seen[way.to] {
					seen[way.to] = true
					todo = append(todo, way.to)
				}
			}
		}
		return false
	}
	for _, s := range drawn {
		if !reaches(s, Done, Locked, Left) {
			t.Errorf("%s leads to no end", s)
		}
		if s != Left && !reaches(s, Backup) {
			t.Errorf("%s does not lead back to the backup", s)
		}
	}
}
