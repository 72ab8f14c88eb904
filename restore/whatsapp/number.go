package whatsapp

import "strings"

// phoneNumber writes the user part of a phone's address as people write it:
// "41791234567" is "+41 791 234 567". It returns "" for what is no number.
func phoneNumber(user string) string {
	if len(user) < 7 || len(user) > 15 || strings.Trim(user, "0123456789") != "" {
		return ""
	}
	n := countryCode(user)
	var b strings.Builder
	b.WriteByte('+')
	b.WriteString(user[:n])
	for rest := user[n:]; rest != ""; {
		group := 3
		if len(rest) == 4 || len(rest) == 2 {
			group = len(rest) // no single digit at the end
		}
		group = min(group, len(rest))
		b.WriteByte(' ')
		b.WriteString(rest[:group])
		rest = rest[group:]
	}
	return b.String()
}

// countryCode is the length of the country code that a number begins with
// (ITU-T E.164, list of assigned codes): one digit for zones 1 and 7, two for
// those listed, three for all others.
func countryCode(number string) int {
	if number[0] == '1' || number[0] == '7' {
		return 1
	}
	const two = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "
	if strings.Contains(two, number[:2]+" ") {
		return 2
	}
	return 3
}
