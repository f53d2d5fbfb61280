// Connections to brokers.

package kafka

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/autostream/autostream/internal/base/fault"
)

// cluster is the brokers, with a connection to each that was asked. It is for one goroutine.
type cluster struct {
	properties Properties
	seeds      []string
	security   security
	addresses  map[int32]string // of brokers, as they tell
	open       map[int32]net.Conn
	asked      int32 // requests
}

// anyBroker stands for the first of the seeds that answers.
const anyBroker = -1

func newCluster(p Properties) (*cluster, error) {
	c := &cluster{properties: p, addresses: map[int32]string{}, open: map[int32]net.Conn{}}
	for server := range strings.SplitSeq(p["bootstrap.servers"], ",") {
		if _, address, named := strings.Cut(server, "://"); named { // Kafka's clients allow the name of a listener in front
			server = address
		}
		if server = strings.TrimSpace(server); server != "" {
			c.seeds = append(c.seeds, server)
		}
	}
	if len(c.seeds) == 0 {
		return nil, fault.Errorf(fault.Usage, "no address of a Kafka broker").WithFix("set bootstrap.servers")
	}
	var err error
	c.security, err = p.security()
	return c, err
}

func (c *cluster) close() {
	for _, conn := range c.open {
		_ = conn.Close()
	}
}

// ask asks a broker.
func (c *cluster) ask(ctx context.Context, broker int32, request kmsg.Request) (kmsg.Response, error) {
	conn, err := c.connection(ctx, broker)
	if err != nil {
		return nil, err
	}
	return c.exchange(ctx, conn, request)
}

// connection returns the connection to a broker, signed in.
func (c *cluster) connection(ctx context.Context, broker int32) (net.Conn, error) {
	if conn, ok := c.open[broker]; ok {
		return conn, nil
	}
	addresses := c.seeds
	if broker != anyBroker {
		address, ok := c.addresses[broker]
		if !ok {
			return nil, fmt.Errorf("nobody knows broker %d", broker)
		}
		addresses = []string{address}
	}
	var problems []error
	for _, address := range addresses {
		conn, err := c.dial(ctx, address)
		if err == nil {
			if err = c.signIn(ctx, conn); err == nil {
				c.open[broker] = conn
				return conn, nil
			}
			_ = conn.Close()
		}
		problems = append(problems, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(problems...)
}

func (c *cluster) dial(ctx context.Context, address string) (net.Conn, error) {
	if c.security.tls == nil {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}
	return (&tls.Dialer{Config: c.security.tls}).DialContext(ctx, "tcp", address)
}

// biggestAnswer keeps a peer that is no broker from filling our memory.
const biggestAnswer = 256 << 20

// exchange sends a request and reads its answer. The end of ctx ends both.
func (c *cluster) exchange(ctx context.Context, conn net.Conn, request kmsg.Request) (kmsg.Response, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	c.asked++
	text := kmsg.NewRequestFormatter(kmsg.FormatterClientID("autostream")).AppendRequest(nil, request, c.asked)
	if _, err := conn.Write(text); err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	var head [8]byte // length and number of the request
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	length, number := int32(binary.BigEndian.Uint32(head[:4])), int32(binary.BigEndian.Uint32(head[4:]))
	if length < 4 || length > biggestAnswer || number != c.asked {
		return nil, fmt.Errorf("%s is no Kafka broker", conn.RemoteAddr())
	}
	var body bytes.Buffer // which grows by what has come
	if _, err := io.CopyN(&body, conn, int64(length)-4); err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	answer := request.ResponseKind()
	answer.SetVersion(request.GetVersion())
	if err := answer.ReadFrom(body.Bytes()); err != nil {
		return nil, fmt.Errorf("the answer of %s: %w", conn.RemoteAddr(), err)
	}
	return answer, nil
}
