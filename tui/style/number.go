package style

import (
	"strconv"
	"time"
)

// Count writes a number with a comma every three digits: 1,188,209.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Bytes writes a size in decimal units, as phones show it: 228 MB, 1.2 MB.
func Bytes(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	f, unit := float64(n), 0
	const units = "kMGTPE"
	for f /= 1000; f >= 999.5; f /= 1000 {
		unit++
	}
	places := 0
	if f < 9.95 {
		places = 1
	}
	return strconv.FormatFloat(f, 'f', places, 64) + " " + units[unit:unit+1] + "B"
}

// Clock writes seconds as minutes and seconds, with hours where there are
// some: 0:07, 12:30, 1:02:03.
func Clock(seconds int64) string {
	seconds = max(seconds, 0)
	two := func(n int64) string {
		if n < 10 {
			return "0" + strconv.FormatInt(n, 10)
		}
		return strconv.FormatInt(n, 10)
	}
	h, m, s := seconds/3600, seconds/60%60, seconds%60
	if h > 0 {
		return strconv.FormatInt(h, 10) + ":" + two(m) + ":" + two(s)
	}
	return strconv.FormatInt(m, 10) + ":" + two(s)
}

// Day writes a date as a person says it: with the year only where it is not
// the present one.
func Day(t, now time.Time) string {
	if t.Year() == now.Year() {
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}

// When writes a moment of this year: today and yesterday by name, and the time
// of day.
func When(t, now time.Time) string {
	day := t.Format("2 Jan")
	switch same := func(u time.Time) bool { return t.Year() == u.Year() && t.YearDay() == u.YearDay() }; {
	case same(now):
		day = "today"
	case same(now.AddDate(0, 0, -1)):
		day = "yesterday"
	}
	return day + " " + t.Format("15:04")
}
