package whatsapp

import (
	"touchback/restore/chat"
	"touchback/restore/whatsapp/wire"
)

// media reads a message with a file. Increments do not say where on the phone
// it lies; its hash finds it. As in a msgstore of today, a caption is the text.
func (c *content) media(w *wire.Message) bool {
	m := &c.change.Message
	once := false
	switch {
	case w.ImageMessage != nil:
		i := w.ImageMessage
		m.Type, m.Text, once = chat.Image, i.GetCaption(), i.GetViewOnce()
		m.Media = &chat.Media{MIME: i.GetMimetype(), Bytes: size(i.GetFileLength()), Width: int64(i.GetWidth()), Height: int64(i.GetHeight()), SHA256: sha256Text(i.GetFileSha256())}
		c.context(i.ContextInfo)
	case w.VideoMessage != nil:
		m.Type = chat.Video
		if w.VideoMessage.GetGifPlayback() {
			m.Type = chat.GIF
		}
		once = c.video(w.VideoMessage)
	case w.PtvMessage != nil:
		m.Type = chat.VideoNote
		once = c.video(w.PtvMessage)
	case w.AudioMessage != nil:
		a := w.AudioMessage
		m.Type, once = chat.Audio, a.GetViewOnce()
		if a.GetPtt() {
			m.Type = chat.Voice
		}
		m.Media = &chat.Media{MIME: a.GetMimetype(), Bytes: size(a.GetFileLength()), Seconds: int64(a.GetSeconds()), SHA256: sha256Text(a.GetFileSha256())}
		c.context(a.ContextInfo)
	case w.DocumentMessage != nil:
		d := w.DocumentMessage
		m.Type, m.Text = chat.Document, d.GetCaption()
		name := d.GetFileName()
		if name == "" {
			name = d.GetTitle()
		}
		m.Media = &chat.Media{MIME: d.GetMimetype(), Name: name, Bytes: size(d.GetFileLength()), SHA256: sha256Text(d.GetFileSha256())}
		c.context(d.ContextInfo)
	case w.StickerMessage != nil:
		s := w.StickerMessage
		m.Type = chat.Sticker
		m.Media = &chat.Media{MIME: s.GetMimetype(), Bytes: size(s.GetFileLength()), Width: int64(s.GetWidth()), Height: int64(s.GetHeight()), SHA256: sha256Text(s.GetFileSha256())}
		c.context(s.ContextInfo)
	default:
		return false
	}
	m.ViewOnce = m.ViewOnce || once
	return true
}

func (c *content) video(v *wire.VideoMessage) (once bool) {
	m := &c.change.Message
	m.Text = v.GetCaption()
	m.Media = &chat.Media{MIME: v.GetMimetype(), Bytes: size(v.GetFileLength()), Seconds: int64(v.GetSeconds()), Width: int64(v.GetWidth()), Height: int64(v.GetHeight()), SHA256: sha256Text(v.GetFileSha256())}
	c.context(v.ContextInfo)
	return v.GetViewOnce()
}

// size is how long a file is said to be; what no file can be is not said.
func size(n uint64) int64 {
	if n > 1<<62 {
		return 0
	}
	return int64(n)
}
