// Texts that rules write into scripts.

package rule

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/token"
)

// Quote writes a name as it has to stand in a script of a release: in backticks when it is no plain name there.
func Quote(name string, release token.Release) string {
	tokens := token.All(name)
	if len(tokens) > 0 && tokens[0].Text(name) == name && tokens[0].Kind.IsName(release) && !strings.HasPrefix(name, "`") {
		return name
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}
