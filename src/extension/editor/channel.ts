import type * as vscode from 'vscode';
import type { Channel } from '../../shared/rpc.ts';

/** A webview as a message channel. VS Code carries typed arrays as they are and has no use for a transfer list. */
export function webviewChannel(webview: vscode.Webview, subscriptions: vscode.Disposable[]): Channel {
  return {
    post: (message) => void webview.postMessage(message),
    listen: (receive) => void webview.onDidReceiveMessage(receive, undefined, subscriptions),
  };
}
