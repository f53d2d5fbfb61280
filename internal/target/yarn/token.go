package yarn

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// token is what a container signs in with where there is no Kerberos (org.apache.hadoop.security.token.Token).
type token struct {
	identifier, password []byte
	kind, service        string
}

// parseToken reads what Token.encodeToUrlString wrote: a Writable in Base64.
func parseToken(text string) (t token, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return t, fmt.Errorf("reading a delegation token: %w", err)
	}
	in := bytes.NewReader(raw)
	var parts [4][]byte
	for i := range parts {
		if parts[i], err = readBytes(in); err != nil {
			return t, fmt.Errorf("reading a delegation token: %w", err)
		}
	}
	return token{parts[0], parts[1], string(parts[2]), string(parts[3])}, nil
}

func (t token) String() string {
	var out []byte
	for _, part := range [][]byte{t.identifier, t.password, []byte(t.kind), []byte(t.service)} {
		out = append(appendVInt(out, len(part)), part...)
	}
	return base64.RawURLEncoding.EncodeToString(out)
}

func readBytes(in *bytes.Reader) ([]byte, error) {
	n, err := readVInt(in)
	if err != nil {
		return nil, err
	}
	if n < 0 || n > in.Len() {
		return nil, errors.New("it is cut off")
	}
	text := make([]byte, n)
	_, err = in.Read(text)
	if n == 0 {
		err = nil
	}
	return text, err
}

// readVInt reads a number that is not negative (WritableUtils.readVInt): up to 127 as it is, others big-endian behind their
// length, which is counted down from -112.
func readVInt(in *bytes.Reader) (int, error) {
	first, err := in.ReadByte()
	if err != nil {
		return 0, errors.New("it is cut off")
	}
	if int8(first) >= -112 {
		return int(int8(first)), nil
	}
	var n uint64
	for range -112 - int(int8(first)) {
		b, err := in.ReadByte()
		if err != nil || n > 1<<32 {
			return 0, errors.New("it is cut off")
		}
		n = n<<8 | uint64(b)
	}
	return int(n), nil
}

func appendVInt(out []byte, n int) []byte {
	if n <= 127 {
		return append(out, byte(n))
	}
	digits := bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, uint64(n)), "\x00")
	return append(append(out, byte(int8(-112-len(digits)))), digits...)
}

// hdfsToken is the kind of the tokens that HDFS takes over its own protocol.
const hdfsToken = "HDFS_DELEGATION_TOKEN"

// signIn gets a token with which the application's containers sign in to the file system; "" where nobody asks for one. It
// is renewed by the ResourceManager.
//
// A token that was got by HTTP says that it is for HTTP (NamenodeWebHdfsMethods.generateDelegationToken). Containers use
// Hadoop's own protocol, for which it is as good: it only has to say so.
func (t *Target) signIn(ctx context.Context, c *cluster) (string, error) {
	files, ok := c.fs.(dfs.Secured)
	if !ok || !c.secure {
		return "", nil
	}
	renewer, err := t.rm.option(ctx, "yarn.resourcemanager.principal")
	if err != nil {
		return "", err
	}
	if u, err := url.Parse(t.ResourceManagers[t.rm.active.Load()]); err == nil {
		renewer = strings.ReplaceAll(renewer, "_HOST", strings.ToLower(u.Hostname()))
	}
	text, err := files.Token(ctx, renewer)
	if err != nil {
		return "", err
	}
	k, err := parseToken(text)
	if err != nil {
		return "", err
	}
	k.kind = hdfsToken
	if k.service, err = t.service(ctx, c); err != nil {
		return "", err
	}
	return k.String(), nil
}

// service is the name under which Hadoop's client looks for the token of a file system (SecurityUtil.buildTokenService,
// HAUtilClient.buildTokenServiceForLogicalUri).
func (t *Target) service(ctx context.Context, c *cluster) (string, error) {
	own, err := dfs.ParseLocation(c.fs.URI("/"))
	if err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(own.Authority)
	if err != nil {
		nodes, err := t.rm.option(ctx, "dfs.ha.namenodes."+own.Authority)
		if err != nil {
			return "", err
		}
		if nodes != "" {
			return "ha-hdfs:" + own.Authority, nil
		}
		host, port = own.Authority, "8020"
	}
	addresses, err := net.DefaultResolver.LookupIP(ctx, "ip4", host)
	if err != nil || len(addresses) == 0 {
		return "", fault.Errorf(fault.Failed, "finding the address of the NameNode %s: %w", host, err)
	}
	return net.JoinHostPort(addresses[0].String(), port), nil
}
