/**
 * How much of a key's values is secret: `none`; `texts`, where a number is a count (`tokens: 512`), and so is a text of up to
 * three digits; `all but paths`, where a path is the working folder (`PWD`); `all`. Booleans, `null` and empty texts never are:
 * that a password is absent is no secret.
 */
export type Secrecy = 'none' | 'texts' | 'all but paths' | 'all';

/** Units of a key that are looked at, the last ones. */
export const KEY_LIMIT = 128;

/** Ends of keys, written in lower case and without separators, that name a secret wherever they stand. */
const ENDINGS = [
  'password|passwd|passphrase|passcode|userpwd|dbpwd|passwort|kennwort|wachtwoord|senha|contrase[nñ]a|motdepasse',
  'secret|token|authorization|cookie|credential|bearer|jwt|mnemonic|seedphrase|recoveryphrase|clientassertion|samlresponse',
  '(?:api|private|secret|access|signing|encryption|decryption|master|storage|account|shared|license|deploy|ssh|hmac|aes|functions|subscription|session)key',
  'sessionid|sessid|connectsid|codeverifier|(?:security|secret)answer',
  '(?:mfa|2fa|twofactor|otp|verification|security|recovery|backup|onetime|authorization|auth|pin)code',
  'creditcard|(?:card|cc|creditcard|debitcard)(?:number|num|no)|socialsecurity(?:number|no)?',
  '(?:amz|goog|sharedaccess|url)signature',
];
/** The same for short ones, which are secret as a word of their own alone: `pin`, but not `shipping`. */
const WORDS = 'pass|pwd|pswd|psw|pw|pin|mpin|otp|totp|auth|cvv|cvc|ssn|apikey|cred|csrf|xsrf|sas';
/** Of a key in lower case, as `Headers` has them, the words are not told apart. */
const SECRET = new RegExp(`(?:${ENDINGS.join('|')})s?(?:confirmation|confirm|hash|header|value)?$`);
const SECRET_WORD = new RegExp(`(?:^| )(?:${WORDS})s?$`);
/** Secret where it is the whole key. */
const SECRET_KEY = /^(?:sid|sig|dpop|session id)$/;

/** What comes after the name of a secret without making it something else. */
const QUALIFIER =
  /^(?:v?\d+|value|text|string|raw|plain|plaintext|cleartext|hash|hashed|digest|salt|encrypted|encoded|base64|b64|hex|header|old|new|current|previous|confirm|confirmation|repeat|again)$/;
/** Tokens that open nothing: of paging, of cancelling, of trying again, and those that language models count; passes on paper. */
const HARMLESS =
  /(?:^| )(?:next|page|pagination|start|starting|resume|continuation|change|cancel|cancellation|sync|client|client ?request|idempotency) ?token$|(?:^| )(?:boarding|low|high|band|season|day|ski|rail|bus) ?pass$|(?:score|dis|post|wild|flash|report|time) ?card ?(?:number|num|no)s?$|(?:^| )(?:max|min|total|num|number of|used|remaining|limit|prompt|completion|input|output|cached|reasoning|budget) tokens$/;
/** Whose numbers are counts. */
const COUNTED = /(?:tokens|cookies|credentials|creds|secrets|passwords|pass|auth)$/;

/** What every key has in it that names a secret; most keys do not, and are spared the rest. */
const HINT =
  /pass|pw|psw|pin|otp|auth|[cx]srf|sas|answer|cv[vc]|ssn|key|secret|token|cookie|cred|bearer|jwt|mnemonic|phrase|assertion|saml|sess|sid|sig|verifier|code|card|cc|social|dpop|wort|wacht|senha|contras/i;

/** Whether the key names a secret, in any spelling: `clientSecret`, `client_secret`, `CLIENT-SECRET`, `clientsecret`. */
export function secrecyOfKey(key: string): Secrecy {
  if (!HINT.test(key)) return 'none';
  const words = wordsOf(key);
  while (words.length > 1 && QUALIFIER.test(words.at(-1) as string)) words.pop();
  const spaced = words.join(' ').replace(/ ?\d+$/, '');
  const joined = spaced.replaceAll(' ', '');
  if (!SECRET.test(joined) && !SECRET_WORD.test(spaced) && !SECRET_KEY.test(spaced)) return 'none';
  if (HARMLESS.test(spaced)) return 'none';
  if (/^(?:OLD)?PWD$/.test(key)) return 'all but paths';
  return COUNTED.test(joined) ? 'texts' : 'all';
}

/** Whether a text under a key of this secrecy is to be seen all the same. */
export function isSpared(text: string, secrecy: Secrecy): boolean {
  if (secrecy === 'texts') return /^\d{1,3}$/.test(text);
  return secrecy === 'all but paths' && /^(?:\/|[A-Za-z]:[\\/])/.test(text);
}

const COLUMN =
  /^(?:id|uuid|guid|(?:user_?|first_?|last_?|full_?|display_?|nick_?)?name|e_?mail|phone|address|city|country|age|role|roles|status|state|type|title|locale|language|version|active|enabled|salt|(?:[a-z]{2,20}_){1,3}(?:id|at|on|by)|[a-z]{2,20}(?:Id|At|On|By))$/i;

/** Whether it is what columns are called: behind `password` it is the next of them, in `['id', 'name', 'password', 'email']`. */
export function isColumn(text: string): boolean {
  return COLUMN.test(text);
}

/** The key without case and separators: what two spellings of one name have in common. */
export function plainKey(key: string): string {
  return wordsOf(key).join('');
}

function wordsOf(key: string): string[] {
  return key
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
