package whatsapp

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"unsafe"

	"touchback/restore/pages"
)

// model is an index as plainly as can be.
type model []pair

func (m *model) add(p pair) (atEnd bool) {
	i := sort.Search(len(*m), func(i int) bool { return p.before((*m)[i]) })
	*m = slices.Insert(*m, i, p)
	return i == len(*m)-1
}

func checkIndex(t *testing.T, x *index, m model) {
	t.Helper()
	if x.n != len(m) {
		t.Fatalf("%d entries, want %d", x.n, len(m))
	}
	keys := x.keys(nil, 0, math.MaxInt)
	for i, p := range m {
		if keys[i] != p.key {
			t.Fatalf("key %d is %d, want %d", i, keys[i], p.key)
		}
	}
	w := walk{x: x}
	var all []int64
	for i, p := range m {
		if i == 0 || p.key != m[i-1].key {
			all = w.values(all, p.key)
		}
	}
	for i, p := range m {
		if len(all) != len(m) || all[i] != p.value {
			t.Fatalf("a walk over %d values found %d", len(m), len(all))
		}
	}
	for range 20 {
		if len(m) == 0 {
			return
		}
		from, n := rand.IntN(len(m)+2), rand.IntN(600)
		got := x.keys(nil, from, n)
		want := keys[min(from, len(keys)):min(from+n, len(keys))]
		if !slices.Equal(got, want) {
			t.Fatalf("keys(%d, %d) = %v, want %v", from, n, got, want)
		}
		key := m[rand.IntN(len(m))].key + int64(rand.IntN(2))
		var values []int64
		for _, p := range m {
			if p.key == key {
				values = append(values, p.value)
			}
		}
		if got := x.values(nil, key); !slices.Equal(got, values) {
			t.Fatalf("values(%d) = %v, want %v", key, got, values)
		}
	}
}

func TestIndex(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	tests := map[string]func(i int) pair{
		"in order":     func(i int) pair { return pair{int64(i) * 40, 0} },
		"backwards":    func(i int) pair { return pair{int64(-i), int64(i)} },
		"by chance":    func(i int) pair { return pair{rnd.Int64N(500), rnd.Int64N(1000)} },
		"one key":      func(i int) pair { return pair{7, int64(i % 900)} },
		"far apart":    func(i int) pair { return pair{int64(rnd.Uint64()), int64(rnd.Uint64())} },
		"late blocks":  func(i int) pair { return pair{int64(i ^ 0x300), 0} },
		"the extremes": func(i int) pair { return pair{[]int64{math.MinInt64, math.MaxInt64}[i%2], int64(i)} },
	}
	for name, next := range tests {
		for where, s := range map[string]*spill{"memory": nil, "spill": newSpill(t)} {
			t.Run(name+" in "+where, func(t *testing.T) {
				x := index{spill: s}
				var m model
				for i := range 3000 {
					p := next(i)
					if got, want := x.add(p.key, p.value), m.add(p); got != want {
						t.Fatalf("entry %d: at the end %v, want %v", i, got, want)
					}
				}
				checkIndex(t, &x, m)
				if s != nil && s.failed() != nil {
					t.Error(s.failed())
				}
			})
		}
	}
}

func newSpill(t testing.TB) *spill {
	t.Helper()
	spool, err := pages.NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = spool.Close() })
	return &spill{beside: spool}
}

// What is full leaves memory; what comes late finds it again; and nothing is
// found, but that is told, once the spool is closed.
func TestSpill(t *testing.T) {
	x := index{spill: newSpill(t)}
	var m model
	add := func(key, value int64) {
		x.add(key, value)
		m.add(pair{key, value})
	}
	for i := range int64(20_000) {
		add(i/5*40, i)
	}
	inMemory := 0
	for _, c := range x.chunks {
		inMemory += cap(c.data) + int(unsafe.Sizeof(c))
	}
	if inMemory > 20_000/4 {
		t.Errorf("%d bytes of memory for 20,000 entries", inMemory)
	}
	checkIndex(t, &x, m)
	for i := range int64(100) {
		add(i*1000+3, i)
	}
	checkIndex(t, &x, m)

	_ = x.spill.beside.Close()
	x.keys(nil, 0, x.n)
	if err := x.spill.failed(); !errors.Is(err, pages.ErrClosed) {
		t.Errorf("after the spool was closed: %v", err)
	}
}

// Without a place to spill to, all stays in memory.
func TestSpillNowhere(t *testing.T) {
	s := newSpill(t)
	_ = s.beside.Close()
	x := index{spill: s}
	var m model
	for i := range int64(5000) {
		x.add(i, -i)
		m.add(pair{i, -i})
	}
	checkIndex(t, &x, m)
	if err := s.failed(); err != nil {
		t.Error(err)
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte("some bytes that become entries"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var x index
		var m model
		for i := 0; i+1 < len(b); i += 2 {
			p := pair{int64(int8(b[i])) << (b[i+1] % 60), int64(int8(b[i+1]))}
			x.add(p.key, p.value)
			m.add(p)
		}
		checkIndex(t, &x, m)
	})
}

// A message costs about a byte in its chat.
func TestIndexIsSmall(t *testing.T) {
	var x index
	for i := range int64(100_000) {
		x.add(i*31, 0)
	}
	size := 0
	for _, c := range x.chunks {
		size += cap(c.data) + int(unsafe.Sizeof(c))
	}
	if size > 200_000 {
		t.Errorf("%d bytes for 100,000 rows", size)
	}
}

func BenchmarkIndexAdd(b *testing.B) {
	var x index
	i := int64(0)
	for b.Loop() {
		i += 37
		x.add(i, 0)
	}
}
