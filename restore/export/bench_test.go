package export_test

import (
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/export"
)

// benchMessages is small enough to generate in a second or two.
const benchMessages = 50_000

// size is how many bytes the files under dir have.
func size(t testing.TB, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		n += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// BenchmarkHTML is all messages of a backup into a folder, reading them
// included; beside it reading alone, and the standard library's templates,
// which escape as carefully, from the same messages into nowhere.
func BenchmarkHTML(b *testing.B) {
	a, _ := restored(b, fixtures.Options{Messages: benchMessages})
	b.Run("folder", func(b *testing.B) {
		var bytes int64
		for b.Loop() {
			f, err := export.CreateFolder(filepath.Join(b.TempDir(), "out"))
			if err != nil {
				b.Fatal(err)
			}
			pour(b, a, export.NewHTML(f, export.Options{}))
			if err := f.Commit(); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			bytes = size(b, f.Path())
			_ = os.RemoveAll(f.Path())
			b.StartTimer()
		}
		b.SetBytes(bytes)
		b.ReportMetric(float64(b.N)*benchMessages/b.Elapsed().Seconds(), "msg/s")
	})
	b.Run("reading-alone", func(b *testing.B) {
		for b.Loop() {
			pour(b, a, nothing{})
		}
		b.ReportMetric(float64(b.N)*benchMessages/b.Elapsed().Seconds(), "msg/s")
	})
	b.Run("html-template", func(b *testing.B) {
		for b.Loop() {
			pour(b, a, templated{})
		}
		b.ReportMetric(float64(b.N)*benchMessages/b.Elapsed().Seconds(), "msg/s")
	})
}

type nothing struct{}

func (nothing) Begin([]chat.Chat) error     { return nil }
func (nothing) Message(*chat.Message) error { return nil }
func (nothing) End() error                  { return nil }

var bubble = template.Must(template.New("").Parse(
	`<div class="m{{if .FromMe}} me{{end}}" id="m{{.Row}}"><div class="s" dir="auto">{{.Sender.Name}}</div>` +
		`<div class="t" dir="auto">{{.Text}}</div><div class="f">{{.Time}}</div></div>`))

type templated struct{ nothing }

func (templated) Message(m *chat.Message) error { return bubble.Execute(io.Discard, m) }
