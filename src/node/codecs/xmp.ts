/** The record of a result as an XMP packet, which JPEG and WebP have a place for. */

const NAMESPACE = 'urn:gan-prior:record#';

/** What a JPEG segment that holds a packet begins with. */
export const JPEG_XMP = 'http://ns.adobe.com/xap/1.0/\0';
/** A segment of a JPEG is no longer than this, its length field included. */
export const MAX_JPEG_SEGMENT = 65_535;
/** The longest packet a JPEG holds, in bytes. */
export const MAX_JPEG_XMP = MAX_JPEG_SEGMENT - 2 - JPEG_XMP.length;

export const xmpPacket = (record: string): Buffer =>
  Buffer.from(
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:ganprior="${NAMESPACE}" ganprior:record="${escape(record)}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`,
    'utf8',
  );

export function recordIn(packet: Uint8Array): string | undefined {
  const text = Buffer.from(packet).toString('utf8');
  if (!text.includes(NAMESPACE)) return undefined;
  const value = /ganprior:record="([^"]*)"/.exec(text)?.[1];
  return value?.replace(
    /&(amp|lt|quot);/g,
    (_, name: 'amp' | 'lt' | 'quot') => ({ amp: '&', lt: '<', quot: '"' })[name],
  );
}

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
