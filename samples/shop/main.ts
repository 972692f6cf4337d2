import { hello } from 'radiograph';
console.log(hello);
