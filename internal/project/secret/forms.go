package secret

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"strings"
)

// How short what is looked for may be, in bytes.
const (
	// shortest is the length from which a secret is looked for anywhere. A shorter one ("1", "abc") would tear up
	// ordinary words and tell, by the holes, what it is; it is only looked for between quotes and behind "=".
	shortest = 4

	// shortestLine is the length from which a single line of a secret of several lines, such as a key in PEM form, is
	// looked for by itself: logs break texts at line ends.
	shortestLine = 12
)

// formsOf lists the texts that give a secret away: itself and what SQL, JSON, URLs, HTML and base64 make of it.
func formsOf(clear string) []string {
	if len(clear) < shortest {
		return []string{"'" + clear + "'", `"` + clear + `"`, "=" + clear + "&", "=" + clear + ";", "=" + clear + " ", "=" + clear + "\n"}
	}
	forms := []string{
		clear,
		strings.ReplaceAll(clear, "'", "''"),
		jsonText(clear, true), jsonText(clear, false),
		jsonText(jsonText(clear, true), true), jsonText(jsonText(clear, false), false),
		url.QueryEscape(clear), url.PathEscape(clear), strings.ReplaceAll(url.QueryEscape(clear), "+", "%20"),
		html.EscapeString(clear),
	}
	forms = append(forms, base64Forms(clear)...)
	if strings.Contains(clear, "\n") {
		for line := range strings.Lines(clear) {
			if line = strings.TrimSpace(line); len(line) >= shortestLine {
				forms = append(forms, line)
			}
		}
	}
	return forms
}

// masked is what stands for a form: short secrets keep the quotes or the "=" they were found by.
func masked(form string) string {
	for _, frame := range [][2]string{{"'", "'"}, {`"`, `"`}, {"=", "&"}, {"=", ";"}, {"=", " "}, {"=", "\n"}} {
		if len(form) <= shortest+1 && strings.HasPrefix(form, frame[0]) && strings.HasSuffix(form, frame[1]) {
			return frame[0] + mask + frame[1]
		}
	}
	return mask
}

// jsonText is the text between the quotes of a JSON string.
func jsonText(text string, escapeHTML bool) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(escapeHTML)
	if err := encoder.Encode(text); err != nil {
		return text
	}
	quoted := strings.TrimSuffix(out.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// base64Forms are the letters that stay the same wherever the secret stands inside a longer text that is encoded, such
// as user:password of an HTTP header: one form for each of the three ways it can fall on groups of three bytes.
func base64Forms(clear string) []string {
	var forms []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + clear))
			first := (before*8 + 5) / 6                      // letters that hold bits of what stands before
			last := (before + len(clear)) * 8 / 6            // letters that hold no bits of what comes behind
			if core := encoded[first:last]; len(core) >= 5 { // a four-byte secret leaves five
				forms = append(forms, core)
			}
		}
	}
	return forms
}
