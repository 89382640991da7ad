/** Events to try the preview with, as Segment sends them. */
export const samples: Readonly<Record<string, object>> = {
  'Somebody signs up (identify)': {
    type: 'identify',
    userId: 'user-1001',
    traits: {
      email: 'jane@example.com',
      firstName: 'Jane',
      lastName: 'Doe',
      company: 'Example Inc.',
      plan: 'pro',
    },
  },
  'Somebody views a page (page)': {
    type: 'page',
    anonymousId: 'visitor-1001',
    name: 'Pricing',
    properties: {
      url: 'https://www.example.com/pricing?utm_source=newsletter',
      path: '/pricing',
      title: 'Pricing',
      referrer: 'https://www.example.com/',
    },
  },
  'Somebody orders (track)': {
    type: 'track',
    event: 'Order Completed',
    userId: 'user-1001',
    properties: { orderId: 'order-7', revenue: 129.9, currency: 'EUR' },
    context: { traits: { email: 'jane@example.com' } },
  },
  'Somebody enters an audience (Segment Engage)': {
    type: 'identify',
    userId: 'user-1001',
    traits: { email: 'jane@example.com', frequent_buyers: true },
    context: {
      personas: {
        computation_class: 'audience',
        computation_key: 'frequent_buyers',
        external_audience_id: '1001',
      },
    },
  },
  'Somebody without an e-mail (identify)': {
    type: 'identify',
    anonymousId: 'visitor-1001',
    traits: { industry: 'Retail', numberOfEmployees: 40 },
  },
};

export const firstSample = Object.keys(samples)[0] ?? '';

/** A sample as text to edit. */
export const sampleText = (name: string): string => JSON.stringify(samples[name] ?? {}, null, 2);
