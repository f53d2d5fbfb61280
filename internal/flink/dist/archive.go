package dist

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// Archive unpacks the .tgz that the Flink project releases, or a copy of it, from a file or a web address.
type Archive struct {
	Location string // a path, or an http or https URL
	SHA512   string // 128 hexadecimal digits; the bytes are checked against it before they are unpacked
	Client   *http.Client
}

// headerTimeout bounds how long a server may take to begin its answer; the download itself is bounded by the context.
const headerTimeout = 30 * time.Second

// String names the archive, without a password that the address may hold.
func (a Archive) String() string {
	if u, ok := webAddress(a.Location); ok {
		return u.Redacted()
	}
	return a.Location
}

// SHA512Of finds the checksum of an archive: the text of --sha512 if there is any (the digits themselves, or the name of a
// file with them, as sha512sum writes it), else the file beside the archive with .sha512 at the end of its name.
func SHA512Of(location, given string) (string, error) {
	if isSHA512(given) {
		return strings.ToLower(given), nil
	}
	path := given
	if path == "" {
		path = location + ".sha512"
		if _, web := webAddress(location); web {
			path = ""
		} else if _, err := os.Stat(path); err != nil {
			path = ""
		}
	}
	if path == "" {
		return "", fault.Errorf(fault.Usage, "%s has to be checked before it is used, and its SHA-512 is not known", location).
			WithFix("add the checksum that is published beside the archive:\n  --sha512 SUM_OR_FILE")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fault.Errorf(fault.Usage, "--sha512 %s is neither 128 hexadecimal digits nor a file: %w", path, err)
	}
	for word := range strings.FieldsSeq(string(text)) {
		if isSHA512(word) {
			return strings.ToLower(word), nil
		}
	}
	return "", fault.Errorf(fault.Usage, "%s has no SHA-512 in it", path)
}

func isSHA512(text string) bool {
	digits, err := hex.DecodeString(text)
	return err == nil && len(digits) == sha512.Size
}

func webAddress(location string) (*url.URL, bool) {
	u, err := url.Parse(location)
	return u, err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// need is twice the size of a local archive: a distribution is jars, which do not get smaller.
func (a Archive) need(string) int64 {
	stat, err := os.Stat(a.Location)
	if err != nil {
		return 0
	}
	return stat.Size() * 5 / 4
}

func (a Archive) build(ctx context.Context, s *site) (string, error) {
	path := a.Location
	if u, web := webAddress(a.Location); web {
		path = filepath.Join(s.work, "archive")
		if err := a.download(ctx, u, path, s); err != nil {
			return "", fmt.Errorf("downloading %s: %w", a, err)
		}
	}
	size, err := a.verify(ctx, path, s)
	if err != nil {
		return "", err
	}
	err = unpack(ctx, path, s.tree, stripTop, func(read int64) {
		s.event(Event{Step: StepUnpack, Detail: a.String(), Done: read, Total: size})
	})
	return "", errors.Join(err, os.MkdirAll(filepath.Join(s.tree, "log"), 0o755))
}

// verify compares the archive with its checksum and returns its size.
func (a Archive) verify(ctx context.Context, path string, s *site) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fault.Errorf(fault.NotFound, "opening archive: %w", err)
	}
	defer f.Close()
	hash := sha512.New()
	size, err := io.Copy(hash, &contextReader{ctx, f})
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", a, err)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != a.SHA512 {
		return 0, fault.Errorf(fault.Failed, "%s is not the archive that its SHA-512 stands for: it has %s…, expected %s…", a, got[:16], a.SHA512[:16]).
			WithFix("download it again, and compare the checksum with the published one")
	}
	s.event(Event{Step: StepUnpack, Detail: a.String(), Total: size})
	return size, nil
}

func (a Archive) download(ctx context.Context, u *url.URL, to string, s *site) (err error) {
	client := a.Client
	if client == nil {
		transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: headerTimeout}
		client = &http.Client{Transport: transport}
		defer transport.CloseIdleConnections()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return redacted(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fault.Errorf(fault.Failed, "the server answered %s", answer.Status)
	}
	total := max(0, answer.ContentLength)
	if err := s.require(total * 9 / 4); err != nil { // the archive and the tree
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	body := &countingReader{r: io.LimitReader(answer.Body, maxUnpacked), progress: func(n int64) {
		s.event(Event{Step: StepDownload, Detail: a.String(), Done: n, Total: total})
	}}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Close())
}

// redacted drops the address from an error of the HTTP client: it may hold a password, and the caller names it anyway.
func redacted(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
