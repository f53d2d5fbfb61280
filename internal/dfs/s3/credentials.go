package s3

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// FromEnvironment finds credentials where the tools of S3 look for them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
// AWS_SESSION_TOKEN, else the profile AWS_PROFILE, or default, of AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/credentials.
func FromEnvironment(getenv func(string) string) func(context.Context) (Credentials, error) {
	return func(context.Context) (Credentials, error) {
		c := Credentials{AccessKey: getenv("AWS_ACCESS_KEY_ID"), SecretKey: getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: getenv("AWS_SESSION_TOKEN")}
		if c.AccessKey != "" && c.SecretKey != "" {
			return c, nil
		}
		file, profile := getenv("AWS_SHARED_CREDENTIALS_FILE"), getenv("AWS_PROFILE")
		if file == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return c, err
			}
			file = filepath.Join(home, ".aws", "credentials")
		}
		if profile == "" {
			profile = "default"
		}
		c, err := fromFile(file, profile)
		if errors.Is(err, fs.ErrNotExist) || err == nil && (c.AccessKey == "" || c.SecretKey == "") {
			return c, fault.Errorf(fault.Denied, "there are no credentials for the object store").
				WithFix("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into %s below [%s]", file, profile)
		}
		return c, err
	}
}

// fromFile reads one profile of a file of credentials:
//
//	[default]
//	aws_access_key_id = AKIA…
//	aws_secret_access_key = …
func fromFile(file, profile string) (c Credentials, err error) {
	in, err := os.Open(file)
	if err != nil {
		return c, fmt.Errorf("reading credentials: %w", err)
	}
	defer in.Close()
	within := false
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if name, ok := strings.CutPrefix(line, "["); ok {
			within = strings.TrimSpace(strings.TrimSuffix(name, "]")) == profile
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !within || !ok {
			continue
		}
		switch value = strings.TrimSpace(value); strings.TrimSpace(name) {
		case "aws_access_key_id":
			c.AccessKey = value
		case "aws_secret_access_key":
			c.SecretKey = value
		case "aws_session_token":
			c.SessionToken = value
		}
	}
	return c, lines.Err()
}
