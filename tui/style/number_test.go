package style

import (
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 1188209: "1,188,209", -1000: "-1,000", -999: "-999"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 1_249_000: "1.2 MB", 9_960_000: "10 MB", 228_400_000: "228 MB", 999_600_000: "1.0 GB", 1 << 62: "4.6 EB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{-1: "0:00", 7: "0:07", 750: "12:30", 3723: "1:02:03"} {
		if got := Clock(n); got != want {
			t.Errorf("Clock(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	now := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	for d, want := range map[time.Time]string{
		now: "today 10:00", now.AddDate(0, 0, -1): "yesterday 10:00", now.AddDate(0, 4, 11): "12 May 10:00",
	} {
		if got := When(d, now); got != want {
			t.Errorf("When(%v) = %q, want %q", d, got, want)
		}
	}
}
