/** A forward proxy on this machine: tunnels (CONNECT) and plain requests. */
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

export class Proxy {
  /** What it was asked for: "CONNECT host:port" or "GET http://..." */
  readonly seen: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('connect', (asked, socket, head) => {
      this.seen.push(`CONNECT ${asked.url}`);
      const [host, port] = asked.url!.split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.write(head);
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) end.on('error', () => [socket, onward].forEach((each) => each.destroy()));
    });
    server.on('request', (asked, response) => {
      this.seen.push(`${asked.method} ${asked.url}`);
      const onward = request(asked.url!, { method: asked.method!, headers: asked.headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      asked.pipe(onward);
    });
  }

  static async start(): Promise<Proxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Proxy(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
