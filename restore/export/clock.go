package export

import (
	"math"
	"time"
)

// clock writes times as a person in one zone reads them. It keeps the day
// before, which mostly is the same.
type clock struct {
	zone *time.Location
	day  int64 // since 1970, that names is the text of
	name string
	date string
}

func newClock(zone *time.Location) *clock {
	if zone == nil {
		zone = time.UTC
	}
	return &clock{zone: zone, day: math.MinInt64}
}

// local returns the day since 1970 and the second of that day.
func (c *clock) local(t time.Time) (day, second int64) {
	_, offset := t.In(c.zone).Zone()
	s := t.Unix() + int64(offset)
	day, second = s/86400, s%86400
	if second < 0 {
		day, second = day-1, second+86400
	}
	return day, second
}

func (c *clock) turn(day int64) {
	if day != c.day {
		t := time.Unix(day*86400, 0).UTC()
		c.day, c.name, c.date = day, t.Format("Monday, 2 January 2006"), t.Format(time.DateOnly)
	}
}

// dayName is a day as it heads the messages of that day.
func (c *clock) dayName(day int64) string {
	c.turn(day)
	return c.name
}

// appendHour appends "09:41".
func appendHour(b []byte, second int64) []byte {
	b = appendDigits(b, second/3600, 2)
	b = append(b, ':')
	return appendDigits(b, second/60%60, 2)
}

// appendMoment appends "2026-05-12 09:41"; nothing for no time.
func (c *clock) appendMoment(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	day, second := c.local(t)
	c.turn(day)
	b = append(b, c.date...)
	return appendHour(append(b, ' '), second)
}
