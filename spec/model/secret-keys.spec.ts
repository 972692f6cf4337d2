import { expect } from 'chai';
import { plainKey, secrecyOfKey } from '#lib/model/secret-keys.js';

const SECRET = `
  password Password PASSWORD passwd pwd pass passphrase passcode userPassword user_password db-password DB_PASSWORD dbpassword
  password1 newPassword passwordConfirmation password_confirm passwordHash hashedPassword passwords user[password] login.password
  secret clientSecret client_secret CLIENT-SECRET clientsecret secretKey webhookSecret secrets secret_value SECRET_KEY_V2
  token accessToken access_token refresh_token id-token idToken authToken x-amz-security-token X-CSRF-Token xsrfToken sessionToken
  oauth2Token bearer jwt userJwt tokenValue deviceToken
  authorization Authorization proxy-authorization Proxy-Authorization authorizationHeader auth basicAuth
  cookie Cookie set-cookie Set-Cookie cookies cookieHeader
  apiKey api_key x-api-key X-API-KEY APIKey apikey apiKeys privateKey private_key accessKey secretAccessKey aws_secret_access_key
  sshKey encryptionKey masterKey signingKey sharedAccessKey accountKey Ocp-Apim-Subscription-Key
  credential credentials X-Amz-Credential X-Amz-Signature
  sessionId session_id sessionID JSESSIONID PHPSESSID connect.sid sid sig
  ssn userSSN socialSecurityNumber cardNumber card_number creditCard creditCardNumber ccNumber cvv CVV2 cvc
  pin PIN userPin pinCode otp otpCode totp mfaCode verification_code securityCode recoveryCodes backup_codes
  creds dbCred pswd psw csrf _csrf xsrf mpin sas sharedAccessSignature securityAnswer
  mnemonic seedPhrase passwort kennwort contraseña senha
`;

const HARMLESS = `
  name id key value text user username email host path status code type count total data body
  tokenCount token_count maxTokens max_tokens totalTokens prompt_tokens completionTokens inputTokens tokenizer tokenType token_type
  tokenExpiresAt expiresInToken_seconds nextToken NextToken next_page_token continuationToken cancellationToken
  paginationToken startToken resumeToken changeToken ClientToken clientRequestToken idempotencyToken
  boardingPass lowPass scorecardNumber discardNum answer sassy
  passwordChangedAt passwordPolicy passwordLength passwordStrength passwordResetRequired passed passenger compass bypass passport
  secretName secretArn secretId secretary authorizationUrl author authority authenticated oauth authorId cookieConsent cookieName
  publicKey primaryKey foreignKey cacheKey partitionKey idempotencyKey keyboard keyId accessKeyId apiKeyId
  session sessionCount sessions sidebar signal signature inside outside design
  shipping spin opinion pinned pinnedAt mapping adoption optional cardType cardinality discard postcard cvvResult assertion
  statusCode countryCode zipCode errorCode barcode
`;

const wordsOf = (list: string): string[] => list.trim().split(/\s+/);

describe('secrecyOfKey', () => {
  for (const key of wordsOf(SECRET)) {
    it(`takes ${key} for secret`, () => {
      expect(secrecyOfKey(key)).not.to.equal('none');
    });
  }

  for (const key of wordsOf(HARMLESS)) {
    it(`takes ${key} for harmless`, () => {
      expect(secrecyOfKey(key)).to.equal('none');
    });
  }

  it('leaves numbers where they are likely to be counts', () => {
    const counted = wordsOf('tokens cookies credentials secrets pass').map(secrecyOfKey);

    expect(new Set(counted)).to.deep.equal(new Set(['texts']));
    expect(wordsOf('pin cvv otp password token').map(secrecyOfKey)).not.to.include('texts');
  });
});

describe('plainKey', () => {
  it('is the same for all spellings of a name', () => {
    const spellings = wordsOf('customerNumber CustomerNumber customer_number CUSTOMER-NUMBER customer.number');

    expect(new Set(spellings.map(plainKey))).to.deep.equal(new Set(['customernumber']));
  });
});
