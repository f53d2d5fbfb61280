package webhdfs

import (
	"context"
	"net/http"

	"github.com/autostream/autostream/internal/base/fault"
)

// Home implements dfs.Secured.
func (f *FS) Home(ctx context.Context) (string, error) {
	var answer struct{ Path string }
	err := f.call(ctx, http.MethodGet, "/", f.query("GETHOMEDIRECTORY"), &answer)
	return answer.Path, f.about("asking for the home folder in", "/", err)
}

// Token implements dfs.Secured. The NameNode gives none to whom it asks for no more than a name.
func (f *FS) Token(ctx context.Context, renewer string) (string, error) {
	var answer struct {
		Token struct {
			URLString string `json:"urlString"`
		} `json:"Token"`
	}
	err := f.call(ctx, http.MethodGet, "/", f.query("GETDELEGATIONTOKEN", "renewer", renewer), &answer)
	if err == nil && answer.Token.URLString == "" {
		err = fault.Errorf(fault.NotFound, "the NameNode gives no tokens")
	}
	return answer.Token.URLString, f.about("getting a token for", "/", err)
}
