package export

import (
	"path"
	"path/filepath"
	"strings"

	"touchback/restore/chat"
)

// mediaLinks shows media files where they are.
type mediaLinks struct {
	find func(path string) (file string, ok bool)
	from string // the folder of the pages, absolute; "" where that is not known
}

func newMediaLinks(find func(string) (string, bool), folder string) *mediaLinks {
	from, err := filepath.Abs(folder)
	if err != nil {
		return &mediaLinks{find: find}
	}
	// The folder may be reached by a link, and a browser goes up from where it
	// really lies. It is not there yet, but the one around it is.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(from)); err == nil {
		from = filepath.Join(dir, filepath.Base(from))
	}
	return &mediaLinks{find: find, from: filepath.Join(from, "chats")}
}

// mediaAs is how a file is shown, by its extension, which is what a browser
// goes by that opens it from disk. What is not here gets no link: a page or a
// program that someone sent must not be a click away.
func mediaAs(ext string) string {
	switch strings.ToLower(ext) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp":
		return "img"
	case ".mp4", ".3gp", ".mov", ".mkv", ".webm", ".m4v":
		return "video"
	case ".opus", ".ogg", ".mp3", ".m4a", ".aac", ".amr", ".wav", ".flac":
		return "audio"
	case ".pdf", ".txt", ".csv", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx",
		".odt", ".ods", ".odp", ".rtf", ".epub", ".zip", ".7z", ".rar", ".vcf", ".ics", ".heic", ".tgs", ".was":
		return "a"
	}
	return ""
}

// appendMedia writes the file of a message: shown, linked, or told of.
func (l *mediaLinks) appendMedia(b []byte, m *chat.Message) []byte {
	href, as := l.locate(m.Media)
	switch as {
	case "img":
		b = append(b, "<a class=\"i\" href="...)
		b = appendHref(b, href)
		b = append(b, "><img loading=\"lazy\" alt=\"\" src="...)
		b = appendHref(b, href)
		return append(b, "></a>"...)
	case "video", "audio":
		b = append(b, '<')
		b = append(b, as...)
		b = append(b, " class=\"i\" controls preload=\"none\" src="...)
		b = appendHref(b, href)
		b = append(b, "></"...)
		b = append(b, as...)
		return append(b, '>')
	case "a":
		b = append(b, "<a class=\"a\" href="...)
		b = appendHref(b, href)
		b = append(b, '>')
		b = appendMediaWords(b, m)
		return append(b, "</a>"...)
	}
	b = append(b, "<div class=\"a\">"...)
	b = appendMediaWords(b, m)
	return append(b, "</div>"...)
}

func appendMediaWords(b []byte, m *chat.Message) []byte {
	if name := fileName(m.Media); name != "" {
		b = appendPart(b, "l", name)
	}
	b = append(b, "<div class=\"x\">"...)
	b = appendMarkup(b, mediaWords(m))
	return append(b, "</div>"...)
}

// locate returns where the file is as seen from the pages, and how to show it;
// "" where it is not there or has no way to be shown.
func (l *mediaLinks) locate(m *chat.Media) (href, as string) {
	if l.find == nil || l.from == "" || m.Path == "" {
		return "", ""
	}
	file, ok := l.find(m.Path)
	if !ok {
		return "", ""
	}
	if as = mediaAs(path.Ext(filepath.ToSlash(file))); as == "" {
		return "", ""
	}
	rel, err := filepath.Rel(l.from, file)
	if err != nil { // on another drive
		return "", ""
	}
	return filepath.ToSlash(rel), as
}
