console.log('the shop opens soon');
