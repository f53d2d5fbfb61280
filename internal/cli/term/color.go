package term

// Paint is one use of colour, named after its meaning rather than its hue.
type Paint string

// The colours of the program. Every one is readable on light and dark backgrounds.
const (
	Good   Paint = "32" // running, done
	Bad    Paint = "31" // failed
	Notice Paint = "33" // in between, warnings
	Faint  Paint = "2"
	Strong Paint = "1"
)

// Paint returns text in the colour when colours are on, and text itself otherwise.
func (io *IO) Paint(p Paint, text string) string {
	if !io.Color || text == "" {
		return text
	}
	return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
}
