// A service that handles secrets, and what may be said of it.
// #region sign-in
import { Metadata, Recorder, Traced } from 'radiograph';

export class SignIn {
  constructor(private readonly recorder: Recorder) {}

  @Traced()
  check(@Metadata('login') login: { user: string; password: string; birthday: string }): string {
    this.recorder.metadata('request', {
      url: `https://shop.example/sign-in?user=${login.user}&token=t-81f3`,
      headers: { 'content-type': 'application/json', authorization: 'Bearer 81f3-77aa' },
      body: JSON.stringify(login),
    });
    return `${login.user} is in`;
  }
}
// #endregion
