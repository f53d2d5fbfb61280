// Command screenshot turns the screen of a terminal, as `tmux capture-pane -e -p` prints it, into an SVG picture:
//
//	tmux capture-pane -e -p -t demo | go run ./scripts/screenshot -title 'autostream preview' > docs/preview.svg
package main

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-runewidth"
)

// The picture in pixels: a cell of the terminal, the edge around the screen, the bar with the title.
const (
	cellWidth  = 8.4
	cellHeight = 18.0
	edge       = 16.0
	bar        = 34.0
)

func main() {
	title := flag.String("title", "", "text in the bar of the window")
	flag.Parse()
	screen, err := readScreen(os.Stdin)
	if err == nil {
		_, err = os.Stdout.Write(draw(screen, *title))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshot:", err)
		os.Exit(1)
	}
}

// span is text of one look in a row of the screen.
type span struct {
	column int // where it starts
	width  int // in cells
	text   string
	look   look
}

// readScreen reads rows of text with escape sequences; empty rows at the end are dropped.
func readScreen(r io.Reader) ([][]span, error) {
	var rows [][]span
	var now look
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var row []span
		row, now = readRow(lines.Text(), now)
		rows = append(rows, row)
	}
	for len(rows) > 0 && len(rows[len(rows)-1]) == 0 {
		rows = rows[:len(rows)-1]
	}
	return rows, lines.Err()
}

// readRow splits a row where its look changes, and returns the look that it ends with.
func readRow(line string, now look) ([]span, look) {
	var row []span
	column := 0
	for line != "" {
		if rest, ok := strings.CutPrefix(line, "\x1b["); ok {
			end := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
			if end < 0 {
				break
			}
			if rest[end] == 'm' {
				now = now.change(rest[:end])
			}
			line = rest[end+1:]
			continue
		}
		text := line
		if next := strings.IndexByte(line, '\x1b'); next >= 0 {
			text = line[:next]
		}
		if text == "" { // an escape that is not a sequence
			line = line[1:]
			continue
		}
		line = line[len(text):]
		width := runewidth.StringWidth(text)
		if strings.TrimSpace(text) != "" || now.background() != "" {
			row = append(row, span{column, width, text, now})
		}
		column += width
	}
	return row, now
}

// draw writes the picture. The length of each text is set in cells, so that columns line up whatever the viewer's font.
func draw(rows [][]span, title string) []byte {
	columns := 80
	for _, row := range rows {
		if last := len(row) - 1; last >= 0 {
			columns = max(columns, row[last].column+row[last].width)
		}
	}
	width, height := float64(columns)*cellWidth+2*edge, float64(len(rows))*cellHeight+bar+edge
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" `+
		`font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">`+"\n", width, height, width, height)
	fmt.Fprintf(&svg, `<rect width="100%%" height="100%%" rx="10" fill="%s"/>`+"\n", paper)
	fmt.Fprintf(&svg, `<text x="50%%" y="22" text-anchor="middle" fill="#8b949e">%s</text>`+"\n", escape(title))
	for i, row := range rows {
		for _, s := range row {
			x, y := edge+float64(s.column)*cellWidth, bar+float64(i)*cellHeight
			if fill := s.look.background(); fill != "" {
				fmt.Fprintf(&svg, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", x, y, float64(s.width)*cellWidth, cellHeight, fill)
			}
			if strings.TrimSpace(s.text) == "" {
				continue
			}
			fmt.Fprintf(&svg, `<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" xml:space="preserve"%s>%s</text>`+"\n",
				x, y+13.5, float64(s.width)*cellWidth, s.look.attributes(), escape(s.text))
		}
	}
	svg.WriteString("</svg>\n")
	return svg.Bytes()
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
