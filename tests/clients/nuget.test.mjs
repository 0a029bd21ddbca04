// NuGet through its documented protocol ("NuGet Server API"): neither dotnet nor nuget can be had where these tests
// run. What a client does to restore a package is done here step by step.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../conformance/cases.mjs';
import { TOKEN } from '../conformance/serve.mjs';
import { python } from './python.mjs';
import { frontends, world } from './world.mjs';

const FILE = 'Our.First.1.0.0-Beta.2.nupkg';

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: a package that was pushed is found and restored by the protocol`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'NUGET');
    await run(python, [path.join(root, 'tests/clients/nuget_make.py')]);
    const [pushed] = await push(['nuget', 'ours', FILE, '--path', 'some/folder']);
    assert.deepEqual([pushed.package, pushed.version, pushed.status], ['Our.First', '1.0.0-Beta.2', 'pushed']);
    const [again] = await push(['nuget', 'ours', FILE, '--skip-existing']);
    assert.equal(again.status, 'skipped');

    // Credentials of a source in nuget.config are sent as Basic, after the server has asked for them.
    const source = `${url}/pkg/local/ours/nuget/index.json`;
    const asked = await fetch(source);
    assert.deepEqual([asked.status, asked.headers.get('www-authenticate')?.split(' ')[0]], [401, 'Basic']);
    const authorization = `Basic ${Buffer.from(`any:${TOKEN}`).toString('base64')}`;
    const get = async (address) => {
      const response = await fetch(address, { headers: { authorization } });
      assert.equal(response.status, 200, address);
      return response;
    };
    const { resources } = await (await get(source)).json();
    const resource = (type) => resources.find((known) => known['@type'] === type)['@id'];

    const content = resource('PackageBaseAddress/3.0.0');
    const { versions } = await (await get(`${content}our.first/index.json`)).json();
    assert.deepEqual(versions, ['1.0.0-beta.2']);
    const index = await (await get(`${resource('RegistrationsBaseUrl/3.6.0')}our.first/index.json`)).json();
    const [leaf] = index.items[0].items;
    const [group] = leaf.catalogEntry.dependencyGroups;
    assert.equal(group.targetFramework, 'net8.0');
    assert.deepEqual([group.dependencies[0].id, group.dependencies[0].range], ['Our.Second', '[2.0.0, )']);
    const expected = readFileSync(at(FILE));
    for (const address of [leaf.packageContent, `${content}our.first/1.0.0-beta.2/our.first.1.0.0-beta.2.nupkg`]) {
      assert.deepEqual(Buffer.from(await (await get(address)).arrayBuffer()), expected, address);
    }
    const nuspec = await (await get(`${content}our.first/1.0.0-beta.2/our.first.nuspec`)).text();
    assert.match(nuspec, /<id>Our\.First<\/id>/);
    const found = await (await get(`${resource('SearchQueryService')}?q=first&prerelease=true`)).json();
    assert.deepEqual(found.data.map(({ id, version }) => [id, version]), [['Our.First', '1.0.0-Beta.2']]);

    // As `dotnet nuget push` sends it again: the key in a header of its own, the file under a name that says nothing.
    const form = new FormData();
    form.set('package', new Blob([expected]), 'package.nupkg');
    const headers = { 'x-nuget-apikey': TOKEN };
    const publish = resource('PackagePublish/2.0.0');
    const repeated = await fetch(`${publish}/`, { method: 'PUT', body: form, headers });
    assert.equal(repeated.status, 200);

    write({ 'Other.1.0.0.nupkg': expected });
    await assert.rejects(hc(['artifact', 'push', 'nuget', 'ours', 'Other.1.0.0.nupkg']), /should be called Our\.First\.1\.0\.0-Beta\.2\.nupkg/);
    const deleted = await fetch(`${publish}/Our.First/1.0.0-beta.2`, { method: 'DELETE', headers });
    assert.equal(deleted.status, 204);
    assert.equal((await fetch(`${content}our.first/index.json`, { headers: { authorization } })).status, 404);
  });
}
