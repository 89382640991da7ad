#!/usr/bin/env bash
# soap 1.13.0
# A client that was made from a WSDL is expected to write the children of an xs:sequence in the order of the
# schema, and to object when a required one is missing.
# It writes the properties of the object in their own order, and leaves a missing one out without a word.
# Marketo's schema is a sequence throughout.
# Seen: { inOrder: [email, returnLead], reversed: [returnLead, email], incomplete: [email] }
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts soap@1.13.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import soap from 'soap';

const wsdl = `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:leads" targetNamespace="urn:leads">
<types><x:schema targetNamespace="urn:leads">
  <x:element name="auth"><x:complexType><x:sequence><x:element name="user" type="x:string"/></x:sequence></x:complexType></x:element>
  <x:element name="sync"><x:complexType><x:sequence>
    <x:element name="email" type="x:string"/><x:element name="since" type="x:dateTime" minOccurs="0"/>
    <x:element name="returnLead" type="x:boolean"/></x:sequence></x:complexType></x:element>
  <x:element name="synced"><x:complexType><x:sequence>
    <x:element name="leadId" type="x:long"/><x:element name="isNew" type="x:boolean"/>
    <x:element name="title" type="x:string" minOccurs="0"/></x:sequence></x:complexType></x:element>
</x:schema></types>
<message name="in"><part name="p" element="t:sync"/></message>
<message name="out"><part name="p" element="t:synced"/></message>
<portType name="pt"><operation name="sync"><input message="t:in"/><output message="t:out"/></operation></portType>
<binding name="b" type="t:pt"><s:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
  <operation name="sync"><s:operation soapAction="urn:sync"/>
    <input><s:body use="literal"/></input><output><s:body use="literal"/></output></operation></binding>
<service name="sv"><port name="p" binding="t:b"><s:address location="http://127.0.0.1/"/></port></service>
</definitions>`;
const envelope = (body) =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:leads"><e:Body>${body}</e:Body></e:Envelope>`;
const success = envelope('<t:synced><leadId>7</leadId><isNew>true</isNew></t:synced>');
let answer = { status: 200, body: success };
let sent = '';
const server = createServer(async (request, response) => {
  sent = '';
  for await (const chunk of request) sent += chunk;
  response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
await writeFile('leads.wsdl', wsdl);
const client = await soap.createClientAsync('leads.wsdl', {
  endpoint: `http://127.0.0.1:${server.address().port}/`,
});
const bodyOf = () => /<soap:Body>.*?<t:sync[^>]*>(.*)<\/t:sync>/s.exec(sent)[1];
const childrenOf = (args) =>
  client.syncAsync(args).then(() => [...bodyOf().matchAll(/<(\w+)>/g)].map(([, name]) => name));
const inOrder = await childrenOf({ email: 'ada@example.com', returnLead: false });
const reversed = await childrenOf({ returnLead: false, email: 'ada@example.com' });
const incomplete = await childrenOf({ email: 'ada@example.com' });
server.close();
console.log({ inOrder, reversed, incomplete });
assert.deepEqual(inOrder, ['email', 'returnLead']);
assert.deepEqual(reversed, ['returnLead', 'email']);
assert.deepEqual(incomplete, ['email']);
JS
node see.mjs
