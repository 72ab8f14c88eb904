//go:build !windows

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"touchback/fixtures"
)

// The room: how many people walk through the demo at once, and how long each
// thinks before a key, at most. TOUCHBACK_BENCH_THINK sets another time; with 0
// nobody thinks at all.
const (
	roomPeople = 200
	roomThink  = 2 * time.Second
)

// roomWalk is what each of them sees and presses. A list is gone up and down
// where nothing else moves on the screen, to time how a key is answered.
var roomWalk = []struct {
	sees, press string
	timed       bool
}{
	{"This is the backup", enter, true},
	{"→ Demo key", down, true},
	{"→ Demo password", "\x1b[A", true},
	{"→ Demo key", enter, true},
	{"tries are left", fixtures.SamplePIN, false},
	{"••••••", enter, false},
	{"space touches it", " ", false},
	{"✓ restore", enter, true},
	{"→ Web pages", down, true},
	{"→ JSON Lines", enter, false},
	{"Your messages are saved", enter, false},
}

// BenchmarkRoom has two hundred people at once in a demo over SSH, each with an
// OpenSSH client in a terminal of their own. The server is a process of its
// own; what it is measured against shares its machine.
func BenchmarkRoom(b *testing.B) {
	think := roomThink
	if s := os.Getenv("TOUCHBACK_BENCH_THINK"); s != "" {
		var err error
		if think, err = time.ParseDuration(s); err != nil {
			b.Fatal(err)
		}
	}
	for range b.N {
		s := startServer(b, "demo", "--allow-anyone")
		var mu sync.Mutex
		var answers []time.Duration
		finished := 0
		var people sync.WaitGroup
		for range roomPeople {
			people.Go(func() {
				term := inTerminal(b, 80, 24, s.ssh())
				for _, at := range roomWalk {
					term.sees(at.sees)
					if think > 0 {
						time.Sleep(rand.N(think))
					}
					before, began := term.screen(), time.Now()
					term.press(at.press)
					if at.timed {
						term.until("an answer", func(s string) bool { return s != before })
						mu.Lock()
						answers = append(answers, time.Since(began))
						mu.Unlock()
					}
				}
				code := term.ends()
				mu.Lock()
				defer mu.Unlock()
				if code == 0 {
					finished++
				}
			})
		}
		people.Wait()
		if finished != roomPeople {
			b.Errorf("%d of %d finished", finished, roomPeople)
		}
		slices.Sort(answers)
		at := func(part float64) float64 {
			return float64(answers[int(part*float64(len(answers)-1))].Microseconds()) / 1000
		}
		b.ReportMetric(float64(finished), "finished")
		b.ReportMetric(at(.5), "ms/key-median")
		b.ReportMetric(at(.95), "ms/key-95%")
		b.ReportMetric(peakOf(s.cmd.Process.Pid), "MiB-server")
	}
}

// peakOf is the most memory a process had, in MiB; 0 where the system does not
// say.
func peakOf(pid int) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseFloat(fields[0], 64)
	return kib / 1024
}
