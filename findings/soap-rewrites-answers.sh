#!/usr/bin/env bash
# soap 1.13.0
# Text of an answer is expected to arrive as it was sent, at least where the schema says xs:string.
# White space around it is cut off (the option preserveWhitespace keeps it), an xs:long beyond 2^53 becomes its
# neighbour, and an xs:boolean that is neither true nor 1 becomes false instead of an error.
# Seen: { leadId: 9007199254740992, isNew: false, title: "Dr." } for 9007199254740993, "yes" and "  Dr.  "
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
answer.body = envelope(
  '<t:synced><leadId>9007199254740993</leadId><isNew>yes</isNew><title>  Dr.  </title></t:synced>',
);
const [result] = await client.syncAsync({ email: 'ada@example.com', returnLead: false });
server.close();
console.log(result);
assert.deepEqual(result, { leadId: 9007199254740992, isNew: false, title: 'Dr.' });
JS
node see.mjs
