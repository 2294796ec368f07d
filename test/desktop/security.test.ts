/** Electron's security checklist, item by item, against the real window. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type {} from '../../src-main/shared/desktop.ts';
import { checkout, openApp } from './window.ts';
import type { Opened } from './window.ts';

let opened: Opened;
before(async () => {
  opened = await openApp();
});
after(async () => opened?.[Symbol.asyncDispose]());

/** Preferences that Electron says the window really has. */
const preferences = () =>
  opened.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    // Not in the typings: Electron's own way to ask in tests.
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    return contents.getLastWebPreferences();
  });

/** Number of windows and the address of the first, after the page has tried something. */
const surroundings = () =>
  opened.app.evaluate(({ BrowserWindow }) => {
    const windows = BrowserWindow.getAllWindows();
    return { windows: windows.length, address: windows[0]?.webContents.getURL().split('#')[0] };
  });
const unmoved = { windows: 1, address: 'app://residua/index.html' };

test('1: everything the window shows comes from the app itself', async () => {
  const addresses = await opened.page.evaluate(() => [
    location.href,
    ...performance.getEntriesByType('resource').map((entry) => entry.name),
  ]);
  assert.deepEqual(
    addresses.filter((address) => !address.startsWith('app://residua/')),
    [],
  );
  const reached = await opened.page.evaluate(async () => {
    const tries = [
      'https://example.com/',
      'http://127.0.0.1:1/',
      'file:///etc/passwd',
      'ws://127.0.0.1:1/',
      'data:text/plain,x',
    ];
    const answers = await Promise.allSettled(
      tries.map((url) =>
        url.startsWith('ws')
          ? new Promise((resolve, reject) => {
              const socket = new WebSocket(url);
              socket.onopen = resolve;
              socket.onerror = reject;
            })
          : fetch(url),
      ),
    );
    return answers.map(({ status }) => status);
  });
  assert.deepEqual(reached, Array(5).fill('rejected'));
});

test('1: a request that gets past the policy is cancelled before it leaves', async () => {
  const outcome = await opened.app.evaluate(async ({ session }) => {
    const { net } = process.mainModule?.require('electron') as typeof import('electron');
    return new Promise<string>((resolve) => {
      const request = net.request({ url: 'https://example.com/', session: session.defaultSession });
      request.on('response', () => resolve('answered'));
      request.on('error', (error) => resolve(error.message));
      request.end();
    });
  });
  assert.match(outcome, /ERR_BLOCKED_BY_CLIENT|ERR_NAME_NOT_RESOLVED/);
});

test('2, 3: the page has neither Node nor the world of preload', async () => {
  const found = await opened.page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter(
      (name) => name in globalThis,
    ),
    worker: typeof Worker,
  }));
  assert.deepEqual(found.globals, []);
  const { nodeIntegration, nodeIntegrationInWorker, nodeIntegrationInSubFrames, contextIsolation } =
    await preferences();
  const absent = [nodeIntegration, nodeIntegrationInWorker, nodeIntegrationInSubFrames].map((value) => value ?? false);
  assert.deepEqual([...absent, contextIsolation], [false, false, false, true]);
});

test('4: the window is sandboxed, and the shell sandboxes all that it will ever open', async () => {
  assert.equal((await preferences())['sandbox'], true);
  assert.match(readFileSync(join(checkout, 'src-main/shell/index.ts'), 'utf8'), /app\.enableSandbox\(\)/);
});

test('5: every permission is denied', async () => {
  const states = await opened.page.evaluate(async () => {
    const names = [
      'geolocation',
      'notifications',
      'midi',
      'camera',
      'microphone',
      'clipboard-read',
      'persistent-storage',
    ];
    const asked = await Promise.all(
      names.map(
        async (name) =>
          (await navigator.permissions.query({ name: name as PermissionName }).catch(() => ({ state: 'denied' })))
            .state,
      ),
    );
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    );
    const place = await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        () => resolve('denied'),
      ),
    );
    const notification = await Notification.requestPermission();
    return [...new Set([...asked, media, place, notification])];
  });
  assert.deepEqual(states, ['denied']);
});

test('6, 8, 9, 10: web security is on, nothing insecure or experimental is', async () => {
  const { webSecurity, allowRunningInsecureContent, experimentalFeatures, enableBlinkFeatures } = await preferences();
  assert.deepEqual(
    [webSecurity, allowRunningInsecureContent, experimentalFeatures, enableBlinkFeatures ?? ''],
    [true, false, false, ''],
  );
});

test('7: the policy stops inline scripts, eval and foreign frames, and says so', async () => {
  const seen = await opened.page.evaluate(async () => {
    const violated: string[] = [];
    const noted = (event: SecurityPolicyViolationEvent) => violated.push(event.effectiveDirective);
    document.addEventListener('securitypolicyviolation', noted);
    const script = document.createElement('script');
    // The debugger may evaluate; what comes later is the page's own.
    await new Promise((resolve) => setTimeout(resolve));
    const tries = [
      () => (script.text = 'globalThis.broken = true'),
      () => document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://example.com/' })),
      () => document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.com/x.png' })),
      () => new Function('globalThis.broken = true')(),
      () =>
        (document.body.appendChild(document.createElement('div')).innerHTML =
          '<img src=x onerror="globalThis.broken=true">'),
    ];
    const refused = tries.map((attempt) => {
      try {
        attempt();
        return false;
      } catch {
        return true;
      }
    });
    document.body.append(script);
    while (!violated.includes('frame-src') || !violated.includes('img-src'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    document.removeEventListener('securitypolicyviolation', noted);
    for (const left of document.querySelectorAll('body > iframe, body > img')) left.remove();
    return { refused, broken: 'broken' in globalThis, violated: [...new Set(violated)].sort() };
  });
  assert.deepEqual(seen.refused, [true, false, false, true, true]);
  assert.equal(seen.broken, false);
  assert.deepEqual(seen.violated, ['frame-src', 'img-src', 'require-trusted-types-for']);
});

test('11, 12: there is no webview, and one that was made would not be attached', async () => {
  assert.equal((await preferences())['webviewTag'], false);
  const attached = await opened.app.evaluate(({ BrowserWindow }) => {
    let prevented = false;
    BrowserWindow.getAllWindows()[0]?.webContents.emit(
      'will-attach-webview',
      { preventDefault: () => (prevented = true) },
      {},
      {},
    );
    return !prevented;
  });
  assert.equal(attached, false);
});

test('13: the window stays where it is', async () => {
  await opened.page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  await opened.page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: 'file:///etc/passwd', textContent: 'x' });
    document.body.append(link);
    link.click();
    link.remove();
  });
  assert.deepEqual(await surroundings(), unmoved);
  const prevented = await opened.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const targets = [
      'https://example.com/',
      'app://residua.example/',
      'app://residua@example.com/',
      'file:///x',
      'javascript:1',
      'app://residua/',
    ];
    return targets.map((url) => {
      let stopped = false;
      for (const name of ['will-navigate', 'will-redirect'] as const)
        (contents as unknown as NodeJS.EventEmitter | undefined)?.emit(
          name,
          { preventDefault: () => (stopped = true), url },
          url,
        );
      return stopped;
    });
  });
  assert.deepEqual(prevented, [true, true, true, true, true, false]);
});

test('14: the page opens no windows', async () => {
  const opens = await opened.page.evaluate(() => [
    window.open('https://example.com/'),
    window.open('about:blank'),
    window.open('app://residua/'),
  ]);
  assert.deepEqual(opens, [null, null, null]);
  assert.deepEqual(await surroundings(), unmoved);
});

test('15: the browser is given addresses of a fixed table only', async () => {
  await opened.app.evaluate(({ shell }) => {
    const given: string[] = [];
    Object.assign(globalThis, { given });
    shell.openExternal = async (url) => void given.push(url);
  });
  const answers = await opened.page.evaluate(async () => {
    const open = (link: string) => window.residua?.desktop.openLink(link as never);
    const all = [
      await open('help.resnet'),
      await open('https://example.com/'),
      await open('__proto__'),
      await open('file:///etc/passwd'),
    ];
    return all.map((answer) => answer?.ok);
  });
  assert.deepEqual(answers, [true, false, false, false]);
  assert.deepEqual(await opened.app.evaluate(() => (globalThis as unknown as { given: string[] }).given), [
    'https://arxiv.org/abs/1512.03385',
  ]);
});

test('16: users get the one Electron that the lock file names, not an older one', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const { version } = JSON.parse(readFileSync(join(checkout, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  assert.equal(devDependencies['electron'], version);
  assert.ok(Number(version.split('.')[0]) >= 45, version);
  assert.match(
    readFileSync(join(checkout, 'electron-builder.yml'), 'utf8'),
    new RegExp(`^electronVersion: ${version}$`, 'm'),
  );
});

test('17: only the top frame of our own page is answered', async () => {
  const channels = await opened.app.evaluate(async ({ BrowserWindow, ipcMain }) => {
    const { _invokeHandlers: handlers } = ipcMain as unknown as {
      _invokeHandlers: Map<string, (event: unknown, input: unknown) => Promise<unknown>>;
    };
    const sender = BrowserWindow.getAllWindows()[0]?.webContents;
    const own = { url: 'app://residua/index.html', parent: null };
    const strangers = [
      { sender, senderFrame: null },
      { sender, senderFrame: { ...own, url: 'https://example.com/' } },
      { sender, senderFrame: { ...own, url: 'app://residua.example/' } },
      { sender, senderFrame: { ...own, url: 'about:blank' } },
      { sender, senderFrame: { ...own, parent: own } },
      { sender: { id: 9999 }, senderFrame: own },
    ];
    const answers: [string, unknown[]][] = [];
    for (const [name, handler] of handlers) {
      if (!name.startsWith('residua:')) continue;
      const found: unknown[] = [];
      for (const event of strangers) {
        const reply = { value: undefined as unknown };
        const given = {
          ...event,
          _reply: (value: unknown) => (reply.value = value),
          _throw: (error: unknown) => (reply.value = error),
          reply: (value: unknown) => (reply.value = value),
        };
        const returned = await handler(given, {});
        const value = (returned ?? reply.value) as { ok?: boolean; result?: { ok?: boolean } } | undefined;
        found.push(value?.ok ?? value?.result?.ok ?? value);
      }
      answers.push([name, found]);
    }
    return answers;
  });
  assert.deepEqual(
    channels.map(([name]) => name).sort(),
    [
      ...[
        'chooseDataFolder',
        'chooseFiles',
        'dataFolder',
        'lookForDataFolder',
        'makeDataFolder',
        'openLink',
        'openRunFolder',
        'openSaved',
        'pathToken',
      ],
      ...['saveDiagnostics', 'saveFile', 'setLanguage', 'setProgress', 'setTheme', 'state', 'useUsualDataFolder'],
    ].map((name) => `residua:${name}`),
  );
  for (const [name, answers] of channels) assert.deepEqual(answers, Array(6).fill(false), name);
});

test('18: the page comes through a protocol of its own that serves nothing but the page', async () => {
  const statuses = await opened.page.evaluate(async () => {
    const paths = [
      '/index.html',
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/shell.cjs',
      '/..%5cpackage.json',
      '//etc/passwd',
    ];
    return Promise.all(paths.map(async (path) => (await fetch(`app://residua${path}`)).status));
  });
  assert.deepEqual(statuses, [200, ...Array(6).fill(404)]);
  const headers = await opened.page.evaluate(async () =>
    Object.fromEntries((await fetch('app://residua/index.html')).headers),
  );
  assert.match(headers['content-security-policy'] ?? '', /default-src 'none'.*require-trusted-types-for 'script'/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
});

test('19: the fuses of what is packaged are set, and new ones break the build', () => {
  const config = readFileSync(join(checkout, 'electron-builder.yml'), 'utf8');
  const fuses = Object.fromEntries(
    [...config.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, value]) => [name, value === 'true']),
  );
  assert.deepEqual(fuses, {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('20: the page finds a few named calls and nothing of Electron', async () => {
  const found = await opened.page.evaluate(() => ({
    residua: Object.keys(window.residua ?? {}),
    desktop: Object.entries(window.residua?.desktop ?? {}).map(([name, value]) => `${name}: ${typeof value}`),
  }));
  assert.deepEqual(found, {
    residua: ['connect', 'onState', 'desktop'],
    desktop: [
      'platform: string',
      ...[
        'chooseFiles',
        'pathToken',
        'setProgress',
        'setTheme',
        'setLanguage',
        'saveDiagnostics',
        'saveFile',
        'openSaved',
        'openRunFolder',
        'dataFolder',
        'chooseDataFolder',
        'useUsualDataFolder',
        'lookForDataFolder',
        'makeDataFolder',
        'openLink',
        'onCommand',
      ].map((name) => `${name}: function`),
    ],
  });
});
