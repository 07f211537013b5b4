/** A bell in a box. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="8" fill="#5b4bdb"/>
<path d="M16 6.5a2 2 0 0 1 2 2v.4a6 6 0 0 1 4 5.7v4.2l1.8 2.7a.8.8 0 0 1-.7 1.2
  H8.9a.8.8 0 0 1-.7-1.2L10 18.8v-4.2a6 6 0 0 1 4-5.7v-.4a2 2 0 0 1 2-2z" fill="#fff"/>
<path d="M13.5 24h5a2.5 2.5 0 0 1-5 0z" fill="#ffd166"/>
</svg>
`;
